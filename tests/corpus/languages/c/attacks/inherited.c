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
    for (int at = 3; at < 4096; at++)
        if (fcntl(at, F_GETFD) >= 0) printf("BREACH descriptor %d is open\n", at);
    for (char **at = environ; *at; at++)
        if (strstr(*at, "TRUEGOLD") || strstr(*at, "KEY")) printf("BREACH %s\n", *at);
    TRY(write(0, "x", 1));
    TRY(ftruncate(0, 0));
    return 0;
}
