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
    struct rlimit none = {0, 0};
    TRY(socket(AF_INET, SOCK_STREAM, 0));
    TRY(socket(AF_UNIX, SOCK_STREAM, 0));
    TRY(socket(AF_NETLINK, SOCK_RAW, 0));
    TRY(kill(getppid(), 0));
    TRY(kill(getppid(), SIGKILL));
    TRY(kill(-1, SIGKILL));
    TRY(kill(getpid(), SIGKILL));
    TRY(ptrace(PTRACE_ATTACH, getppid(), 0, 0));
    TRY(prlimit(getppid(), RLIMIT_CPU, &none, NULL));
    TRY(prlimit(0, RLIMIT_CPU, &none, NULL));
    TRY(setpriority(PRIO_PROCESS, getppid(), 19));
    TRY(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
    TRY(syscall(SYS_pidfd_open, getppid(), 0));
    TRY(syscall(SYS_io_uring_setup, 1, NULL));
    TRY(syscall(SYS_bpf, 0, NULL, 0));
    TRY(syscall(SYS_shmget, 1, 4096, 0x3ff));
    return 0;
}
