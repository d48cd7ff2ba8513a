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

#include <sched.h>
int main(void) {
    char *words[] = {"sh", "-c", "echo BREACH", NULL};
    TRY(fork());
    TRY(vfork());
    TRY(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    TRY(system("echo BREACH") ? -1 : 0);
    TRY(execv("/bin/sh", words));
    TRY(execveat(1000, "", words, environ, AT_EMPTY_PATH));
    TRY(syscall(SYS_memfd_create, "x", 0));
    TRY(unshare(0x10000000));
    TRY(setsid());
    return 0;
}
