#pragma once

/*
 * Everything by which this product creates, signals and reaps processes. C because between the creation of a process
 * and its exec only async-signal-safe code may run, which Swift cannot promise: no allocation, no locks, no runtime.
 *
 * Unless said otherwise a function returns a value of zero or more on success and the negated errno on failure. Nothing
 * here keeps state between calls, but for wiped pages that the next environment takes.
 */

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(default)

/* ---- Creation ---- */

#define CSP_MAX_DESCRIPTORS 32

/* Which step of a creation failed. The numbers are those of SpawnError.Step. */
enum csp_step {
    CSP_STEP_NONE = 0,
    CSP_STEP_CLONE = 1,         /* no process was made: EAGAIN, ENOMEM */
    CSP_STEP_SESSION = 2,       /* setsid(2) */
    CSP_STEP_DEATH_SIGNAL = 3,  /* prctl(PR_SET_PDEATHSIG); ESRCH: the parent is dead already */
    CSP_STEP_SUBREAPER = 4,     /* prctl(PR_SET_CHILD_SUBREAPER) */
    CSP_STEP_CORE_LIMIT = 5,    /* setrlimit(RLIMIT_CORE) */
    CSP_STEP_DIRECTORY = 6,     /* chdir(2): ENOENT, ENOTDIR, EACCES */
    CSP_STEP_DESCRIPTORS = 7,   /* fcntl, dup3(2), open of /dev/null: EBADF, EMFILE */
    CSP_STEP_CLOSE = 8,         /* close_range(2) */
    CSP_STEP_EXECUTE = 9,       /* execve(2): ENOENT, EACCES, ENOEXEC, E2BIG */
    CSP_STEP_MEMORY = 10,       /* the argument tables, before anything was made */
};

struct csp_mapping {
    int source; /* a descriptor of ours; -1: /dev/null, read and write */
    int target; /* its number in the child */
};

struct csp_plan {
    const char *executable;     /* absolute path */
    const char *arguments;      /* `argument_count` strings, each with its NUL, one after the other; argv[0] first */
    size_t argument_count;
    const char *environment;    /* `environment_count` strings NAME=value, likewise */
    size_t environment_count;
    const char *directory;      /* absolute path, or NULL to inherit */
    const struct csp_mapping *mappings; /* distinct targets, at most CSP_MAX_DESCRIPTORS */
    size_t mapping_count;
    int file_mode_mask;         /* umask(2), or -1 to inherit */
    int death_signal;           /* sent to the child when the thread that made it ends; 0: none */
    int subreaper;              /* the child adopts its orphaned descendants (the role survives its exec) */
};

struct csp_result {
    int pid;
    int pidfd;
    int step;  /* enum csp_step, CSP_STEP_NONE on success */
    int error; /* errno of that step */
};

/* Makes a process by clone(2) with CLONE_VM, CLONE_VFORK and CLONE_PIDFD: the caller sleeps until the child has called
 * execve or has failed, so a failure's step and errno come back through shared memory, and the pidfd names this very
 * child whatever happens to its number. All signals are blocked around it; the child starts with every signal at its
 * default and none blocked. The child leads a new session, has no core dumps (hard limit), and holds no descriptor but
 * the plan's. On failure the child is reaped and nothing is left.
 *
 * Not held here: exec of a readable program makes the child dumpable again (prctl(2), PR_SET_DUMPABLE), and exec of a
 * set-user-ID program clears the death signal. */
void csp_spawn(const struct csp_plan *plan, struct csp_result *result);

/* Executes the plan's program in this process, which keeps its number, parent, session, terminal, standard descriptors
 * and ignored signals: for a program that hands its terminal over to another for good. Core dumps are off (hard limit),
 * SIGPIPE and SIGXFSZ are at their defaults, and every descriptor above 2 is closed by the exec. Mappings, death signal
 * and subreaper of the plan are not used. Returns only on failure, with step and errno; descriptors are still open then. */
void csp_replace(const struct csp_plan *plan, struct csp_result *result);

/* ---- A child ---- */

struct csp_exit {
    int signaled; /* 1: ended by signal `value`; 0: exited with code `value` */
    int value;
};

/* waitid(2) on the pidfd without waiting. 1: ended, `out` is set; 0: still runs. With `reap` 0 the process stays a
 * zombie, so its number (and session number) cannot be taken by another. -ECHILD: reaped already or not ours. */
int csp_wait(int pidfd, int reap, struct csp_exit *out);
/* The same by number, for adopted processes. */
int csp_wait_pid(int pid, int reap, struct csp_exit *out);

/* pidfd_open(2), close-on-exec. -ESRCH: no such process. */
int csp_pidfd_open(int pid);
/* pidfd_send_signal(2). -ESRCH: has ended. */
int csp_pidfd_signal(int pidfd, int signal);
/* kill(2) of a process group, `group` > 1. Only safe while its leader is known not to be reaped. */
int csp_signal_group(int group, int signal);

void csp_close(int fd);
/* poll(2) for readability of `fd` (negative: just sleeps). 1 readable, 0 timeout or interrupted. */
int csp_poll(int fd, int milliseconds);

/* ---- Process table ---- */

struct csp_process {
    int pid;
    int parent;
    int group;
    int session;
    char state;          /* letter of proc(5) stat; 'Z' only when every thread has ended */
    uint64_t start_time; /* clock ticks since boot; with the pid it names one process for ever */
    int ignores_interrupt; /* SIGINT is ignored */
};

/* Reads every process visible in /proc. Returns how many there are; entries beyond `capacity` are counted but not
 * written, so call again with more room. Processes that end meanwhile are left out. */
int csp_processes(struct csp_process *out, int capacity);
/* One process. -ESRCH: there is none. */
int csp_read_process(int pid, struct csp_process *out);

/* Whether both run the same file. 0 also when that cannot be told. */
int csp_run_same_program(int pid, int other);

/* Whether the process has memory of its own. One that exits gives it up before it closes its descriptors. */
int csp_has_memory(int pid);

/* The children that the main thread of `pid` has now, at most `capacity`: one short read instead of all of /proc, to
 * overtake processes that fork and go. May miss some (those of other threads, of kernels without the file: -ENOENT),
 * so csp_processes has the last word; `complete` tells that all that was read fitted. The list of the caller itself
 * misses none: a child leaves it only when it is reaped. */
int csp_children(int pid, int *out, int capacity, int *complete);

/* ---- This process ---- */

int csp_getpid(void);
/* RLIMIT_CORE 0 (soft and hard), PR_SET_DUMPABLE 0, SIGPIPE and SIGXFSZ ignored, SIGCHLD at its default (an inherited
 * "ignore" would lose every exit status). */
int csp_harden(void);
/* Raises the soft limit of open descriptors to the hard one, `most` at most; every child gets the old one back, since
 * select(2) breaks beyond 1,024. */
int csp_raise_descriptor_limit(uint64_t most);
/* Sets the limit of open descriptors that was before. Async-signal-safe; for the child. */
int csp_restore_descriptor_limit(void);
/* Opens /dev/null as each of 0, 1 and 2 that is closed, so that nothing opened later gets such a number. */
int csp_open_standard(void);
/* prctl(PR_GET_DUMPABLE): 1 when others of the same user may trace this process. */
int csp_is_dumpable(void);
/* Closes every descriptor from `lowest` on: close_range(2). */
int csp_close_from(int lowest);
/* prctl(PR_SET_CHILD_SUBREAPER): orphaned descendants become our children. */
int csp_set_subreaper(int on);
/* The entry of that place in the environment, "NAME=value", or NULL beyond the last. Valid until it changes. */
const char *csp_environment_entry(size_t place);
/* The variable's value inside the process's own environment block, or NULL. Valid until the environment changes. */
const char *csp_environment(const char *name);
/* Overwrites the value where the kernel put it (which /proc/PID/environ shows) and unsets the variable. */
void csp_take_environment(const char *name);
/* getcwd(3), readlink of /proc/self/exe. Length without NUL; -ERANGE when it does not fit. */
int csp_current_directory(char *buffer, size_t capacity);
/* readlink of /proc/PID/cwd: what the kernel says, whatever the process believes. " (deleted)" ends a removed one. */
int csp_process_directory(int pid, char *buffer, size_t capacity);
int csp_executable_path(char *buffer, size_t capacity);
/* Home directory of the real user from the user database, never from HOME. -ENOENT: no entry. */
int csp_home_directory(char *buffer, size_t capacity);
/* The same of the user's name. */
int csp_user_name(char *buffer, size_t capacity);
/* 1 when `path` is a regular file this process may execute. */
int csp_is_executable(const char *path);
/* 1 when something that this process may look at is at `path`. */
int csp_is_there(const char *path);
void csp_exit(int code) __attribute__((noreturn));
int64_t csp_monotonic_ns(void);
/* An argument of this program, its own name first; NULL behind the last. */
const char *csp_argument(int index);
/* Overwrites memory in a way the compiler keeps (explicit_bzero(3)). */
void csp_wipe(void *memory, size_t count);

/* Zeroed pages for an environment: left out of core dumps, locked as far as this user may lock. NULL without memory. */
void *csp_block_allocate(size_t count);

/* Wipes and gives back what csp_block_allocate gave for the same count. Some single pages stay locked for the next one:
 * a new mapping and its lock take as long as several system calls. */
void csp_block_free(void *memory, size_t count);

/* ---- Guardian ---- */

/* fork(2) into guardian (parent; returns the worker's number, its pidfd in `*worker`) and worker (child; returns 0).
 * The guardian is a child subreaper and holds no standard input or output (both /dev/null). The worker gets SIGTERM
 * when the guardian dies. With `detach` it leads a session of its own, so that a signal for the guardian's whole
 * process group does not end both at once. */
int csp_split(int detach, int *worker);
/* Guardian only: passes SIGTERM, SIGINT, SIGHUP and SIGQUIT on to the worker until it ends, reaping every other
 * child meanwhile. The worker's end is in `out`; it is reaped. `out` is left alone when there is no worker. */
void csp_guard(int worker_pid, int worker, struct csp_exit *out);
/* Reaps every child that has ended, of a process whose children are all for it to reap (a guardian whose worker is
 * gone). Returns 1 while children are left, 0 when there are none. */
int csp_reap_all(void);
/* Ends this process by `signal` (its default effect), without a core dump. */
void csp_die_by(int signal) __attribute__((noreturn));

#pragma GCC visibility pop
