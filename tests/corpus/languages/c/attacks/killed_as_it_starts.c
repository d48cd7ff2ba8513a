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

/* The kernel kills what it cannot lay out; such an end is the program's own doing. */
int main(void) {
    struct rlimit little = {1 << 16, 1 << 16};
    char *words[] = {"again", NULL};
    setrlimit(RLIMIT_AS, &little);
    execveat(1000, "/proc/self/exe", words, environ, AT_EMPTY_PATH);
    return 0;
}
