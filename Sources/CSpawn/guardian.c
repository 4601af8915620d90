#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static sigset_t guarded_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGQUIT);
    sigaddset(&set, SIGCHLD);
    return set;
}

int csp_split(int detach, int *worker) {
    *worker = -1;
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) return -errno;
    /* An inherited "ignore" would make the kernel throw exit statuses away. */
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &standard, NULL);
    sigset_t set = guarded_signals(), before;
    sigprocmask(SIG_BLOCK, &set, &before);
    pid_t guardian = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        int error = errno;
        sigprocmask(SIG_SETMASK, &before, NULL);
        prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
        return -error;
    }
    if (pid == 0) {
        /* SIGTERM, not SIGKILL: a worker that outlives its guardian has the trees of its sessions to end. */
        prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
        if (getppid() != guardian) _exit(1);
        if (detach) setsid();
        sigprocmask(SIG_SETMASK, &before, NULL);
        return 0;
    }
    /* What was handed over is the worker's. */
    close_range(3, ~0U, 0);
    int null = open("/dev/null", O_RDWR);
    if (null >= 0) {
        dup2(null, 0);
        dup2(null, 1);
        if (null > 1) close(null);
    } else {
        close(0);
        close(1);
    }
    *worker = (int)syscall(SYS_pidfd_open, pid, 0);
    return pid;
}

static int release_code(struct dl_phdr_info *object, size_t size, void *unused) {
    (void)size;
    (void)unused;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || segment->p_flags & PF_W) continue;
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = object->dlpi_addr + segment->p_vaddr + segment->p_memsz;
        madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void csp_guard(int worker_pid, int worker, struct csp_exit *out) {
    sigset_t set = guarded_signals();
    /* All but some pages of the program are the worker's affair; code comes back from its file where it is needed. */
    dl_iterate_phdr(release_code, NULL);
    for (;;) {
        for (;;) {
            siginfo_t ended = {0};
            if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG) < 0 && errno != EINTR) return;
            if (ended.si_pid == 0) break;
            if (ended.si_pid != worker_pid) continue;
            *out = (struct csp_exit){.signaled = ended.si_code != CLD_EXITED, .value = ended.si_status};
            return;
        }
        siginfo_t info;
        int signal = sigwaitinfo(&set, &info);
        if (signal <= 0 || signal == SIGCHLD) continue;
        /* The worker is not reaped yet, so its number is still its own where there is no pidfd. */
        if (worker < 0) kill(worker_pid, signal);
        else csp_pidfd_signal(worker, signal);
    }
}

int csp_reap_all(void) {
    for (;;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid == 0) return 1;
        if (pid < 0 && errno != EINTR) return 0;
    }
}

void csp_die_by(int signal) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(signal, &standard, NULL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(signal);
    _exit(128 + signal);
}
