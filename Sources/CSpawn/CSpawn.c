#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

/* The size of the kernel's signal set, which is not glibc's sigset_t. */
#define KERNEL_SIGSET_BYTES 8

struct job {
    const struct csp_plan *plan;
    char *const *argv;
    char *const *envp;
    pid_t parent;
    int lowest_free; /* above every target */
    int targets[CSP_MAX_DESCRIPTORS]; /* ascending */
    volatile int step;
    volatile int error;
};

/* Every step of the child. Async-signal-safe; returns only on failure. */
static int prepare_and_execute(struct job *job) {
    const struct csp_plan *plan = job->plan;

    job->step = CSP_STEP_SESSION;
    if (setsid() < 0) return errno;

    job->step = CSP_STEP_DEATH_SIGNAL;
    if (plan->death_signal != 0) {
        if (prctl(PR_SET_PDEATHSIG, plan->death_signal, 0, 0, 0) < 0) return errno;
        /* The parent may have died before the call above: then nobody would ever signal us. */
        if (getppid() != job->parent) return ESRCH;
    }

    job->step = CSP_STEP_SUBREAPER;
    if (plan->subreaper && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) return errno;

    job->step = CSP_STEP_CORE_LIMIT;
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) < 0) return errno;

    if (plan->file_mode_mask >= 0) umask((mode_t)plan->file_mode_mask);

    job->step = CSP_STEP_DIRECTORY;
    if (plan->directory != NULL && chdir(plan->directory) < 0) return errno;

    /* First lift every source above all targets, so that no dup3 can overwrite a source still needed (swaps). */
    job->step = CSP_STEP_DESCRIPTORS;
    int lifted[CSP_MAX_DESCRIPTORS];
    for (size_t i = 0; i < plan->mapping_count; i++) {
        int source = plan->mappings[i].source;
        int opened = -1;
        if (source < 0) {
            opened = open("/dev/null", O_RDWR | O_CLOEXEC);
            if (opened < 0) return errno;
            source = opened;
        }
        lifted[i] = fcntl(source, F_DUPFD_CLOEXEC, job->lowest_free);
        if (lifted[i] < 0) return errno;
        if (opened >= 0) close(opened);
    }
    for (size_t i = 0; i < plan->mapping_count; i++) {
        if (dup3(lifted[i], plan->mappings[i].target, 0) < 0) return errno;
    }

    job->step = CSP_STEP_CLOSE;
    unsigned first = 0;
    for (size_t i = 0; i < plan->mapping_count; i++) {
        unsigned target = (unsigned)job->targets[i];
        if (target > first && syscall(SYS_close_range, first, target - 1, 0) < 0) return errno;
        first = target + 1;
    }
    if (syscall(SYS_close_range, first, ~0u, 0) < 0) return errno;

    if (csp_restore_descriptor_limit() < 0) return errno;

    /* A clone without CLONE_SIGHAND has its own table of actions: this does not touch the parent's. */
    job->step = CSP_STEP_EXECUTE;
    /* By the raw call, since glibc hides two numbers; all zero is SIG_DFL in every layout of the kernel's structure. */
    static const unsigned long standard[8];
    for (int number = 1; number <= 64; number++) {
        syscall(SYS_rt_sigaction, number, standard, NULL, KERNEL_SIGSET_BYTES);
    }
    uint64_t nothing = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &nothing, NULL, KERNEL_SIGSET_BYTES);
    execve(plan->executable, job->argv, job->envp);
    return errno;
}

static int child_main(void *argument) {
    struct job *job = argument;
    job->error = prepare_and_execute(job);
    _exit(127);
}

/* Pointers into `count` NUL-terminated strings that stand one after the other. */
static char **string_table(const char *strings, size_t count) {
    char **table = calloc(count + 1, sizeof *table);
    if (table == NULL) return NULL;
    for (size_t i = 0; i < count; i++) {
        table[i] = (char *)strings;
        strings += strlen(strings) + 1;
    }
    return table;
}

static int ascending(const void *left, const void *right) { return *(const int *)left - *(const int *)right; }

static void fail(struct csp_result *result, int step, int error) {
    *result = (struct csp_result){.pid = -1, .pidfd = -1, .step = step, .error = error};
}

void csp_spawn(const struct csp_plan *plan, struct csp_result *result) {
    _Alignas(16) unsigned char stack[64 * 1024];
    if (plan->mapping_count > CSP_MAX_DESCRIPTORS) return fail(result, CSP_STEP_DESCRIPTORS, EINVAL);

    struct job job = {.plan = plan, .parent = getpid()};
    for (size_t i = 0; i < plan->mapping_count; i++) {
        job.targets[i] = plan->mappings[i].target;
        if (job.targets[i] >= job.lowest_free) job.lowest_free = job.targets[i] + 1;
    }
    qsort(job.targets, plan->mapping_count, sizeof job.targets[0], ascending);

    char **argv = string_table(plan->arguments, plan->argument_count);
    char **envp = string_table(plan->environment, plan->environment_count);
    if (argv == NULL || envp == NULL) {
        free(argv);
        free(envp);
        return fail(result, CSP_STEP_MEMORY, ENOMEM);
    }
    job.argv = argv;
    job.envp = envp;

    /* The raw call also blocks the two signals glibc keeps for itself: no handler may run in the shared memory. */
    uint64_t everything = ~(uint64_t)0, before = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &everything, &before, KERNEL_SIGSET_BYTES);
    int pidfd = -1;
    int pid = clone(child_main, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &job, &pidfd);
    int clone_error = errno;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, KERNEL_SIGSET_BYTES);
    free(argv);
    free(envp);

    if (pid < 0) return fail(result, CSP_STEP_CLONE, clone_error);
    if (job.error != 0) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        close(pidfd);
        return fail(result, job.step, job.error);
    }
    *result = (struct csp_result){.pid = pid, .pidfd = pidfd, .step = CSP_STEP_NONE, .error = 0};
}

void csp_replace(const struct csp_plan *plan, struct csp_result *result) {
    char **argv = string_table(plan->arguments, plan->argument_count);
    char **envp = string_table(plan->environment, plan->environment_count);
    int step = CSP_STEP_MEMORY, error = ENOMEM;
    if (argv == NULL || envp == NULL) goto failed;

    step = CSP_STEP_CORE_LIMIT;
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) < 0) goto errored;

    if (plan->file_mode_mask >= 0) umask((mode_t)plan->file_mode_mask);

    step = CSP_STEP_DIRECTORY;
    if (plan->directory != NULL && chdir(plan->directory) < 0) goto errored;

    step = CSP_STEP_CLOSE;
    if (csp_restore_descriptor_limit() < 0) goto errored;
    if (syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC) < 0) goto errored;

    step = CSP_STEP_EXECUTE;
    struct sigaction standard = {.sa_handler = SIG_DFL}, before, before_size;
    sigaction(SIGPIPE, &standard, &before);
    sigaction(SIGXFSZ, &standard, &before_size);
    execve(plan->executable, argv, envp);
    error = errno;
    sigaction(SIGPIPE, &before, NULL);
    sigaction(SIGXFSZ, &before_size, NULL);
    goto failed;

errored:
    error = errno;
failed:
    free(argv);
    free(envp);
    fail(result, step, error);
}

/* ---- A child ---- */

static int wait_for(idtype_t type, id_t id, int reap, struct csp_exit *out) {
    siginfo_t info = {0};
    int done;
    do done = waitid(type, id, &info, WEXITED | WNOHANG | (reap ? 0 : WNOWAIT)); while (done < 0 && errno == EINTR);
    if (done < 0) return -errno;
    if (info.si_pid == 0) return 0;
    *out = (struct csp_exit){.signaled = info.si_code != CLD_EXITED, .value = info.si_status};
    return 1;
}

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int csp_wait(int pidfd, int reap, struct csp_exit *out) { return wait_for((idtype_t)P_PIDFD, (id_t)pidfd, reap, out); }

int csp_wait_pid(int pid, int reap, struct csp_exit *out) { return wait_for(P_PID, (id_t)pid, reap, out); }

static int result_of(long value) { return value < 0 ? -errno : (int)value; }

int csp_pidfd_open(int pid) { return result_of(syscall(SYS_pidfd_open, pid, 0)); }

int csp_pidfd_signal(int pidfd, int signal) {
    return result_of(syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0));
}

int csp_signal_group(int group, int signal) {
    if (group <= 1) return -EINVAL;
    return result_of(kill(-group, signal));
}
