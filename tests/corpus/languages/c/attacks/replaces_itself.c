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

/* The one call by which it was started, with a path that needs no descriptor. */
int main(void) {
    char *words[] = {"sh", "-c", "echo BREACH", NULL};
    TRY(execveat(1000, "/bin/sh", words, environ, AT_EMPTY_PATH));
    return 0;
}
