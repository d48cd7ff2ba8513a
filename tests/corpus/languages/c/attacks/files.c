#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#define TRY(what) do { if ((long)(what) >= 0) printf("BREACH " #what "\n"); } while (0)

int main(void) {
    TRY(open("/etc/passwd", O_RDONLY));
    TRY(open("/", O_RDONLY));
    TRY(open("..", O_RDONLY));
    TRY(open("/tmp/BREACH", O_CREAT | O_WRONLY, 0600));
    TRY(open("/dev/shm/BREACH", O_CREAT | O_WRONLY, 0600));
    TRY(open("/dev/tty", O_RDWR));
    TRY(mkdir("/tmp/BREACH", 0700));
    TRY(symlink("/etc/passwd", "link"));
    TRY(chmod(".", 0777));
    TRY(open("/proc/self/environ", O_RDONLY));
    TRY(open("/proc/self/maps", O_RDONLY));
    TRY(open("/proc/1/cmdline", O_RDONLY));
    TRY(open("/proc", O_RDONLY | O_DIRECTORY));
    TRY(mkfifo("fifo", 0600));
    return 0;
}
