#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The C library hands these to every constructor. Swift's own search for them starts at `environ` and finds nothing once a
 * preloaded library has replaced that. */
static int argument_count;
static char **argument_values;

__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    argument_values = values;
}

const char *csp_argument(int index) {
    return index >= 0 && index < argument_count ? argument_values[index] : NULL;
}

static int result(long value) { return value < 0 ? -errno : (int)value; }

int csp_getpid(void) { return getpid(); }

int csp_harden(void) {
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) < 0) return -errno;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return -errno;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    if (sigaction(SIGPIPE, &ignore, NULL) < 0) return -errno;
    /* A file that has reached the size limit is an error of its write, not the end of the program. */
    if (sigaction(SIGXFSZ, &ignore, NULL) < 0) return -errno;
    struct sigaction standard = {.sa_handler = SIG_DFL};
    return result(sigaction(SIGCHLD, &standard, NULL));
}

/* The limit before it was raised, for children. Written once, before there are any. */
static struct rlimit descriptors_before;
static int descriptors_raised;

int csp_raise_descriptor_limit(uint64_t most) {
    struct rlimit now;
    if (getrlimit(RLIMIT_NOFILE, &now) < 0) return -errno;
    rlim_t wanted = now.rlim_max < most ? now.rlim_max : (rlim_t)most;
    if (descriptors_raised || wanted <= now.rlim_cur) return 0;
    descriptors_before = now;
    now.rlim_cur = wanted;
    if (setrlimit(RLIMIT_NOFILE, &now) < 0) return -errno;
    descriptors_raised = 1;
    return 0;
}

int csp_restore_descriptor_limit(void) {
    if (descriptors_raised && setrlimit(RLIMIT_NOFILE, &descriptors_before) < 0) return -errno;
    return 0;
}

int csp_open_standard(void) {
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) continue;
        /* The lowest free number is this one, since those below are open. */
        if (open("/dev/null", O_RDWR) < 0) return -errno;
    }
    return 0;
}

int csp_is_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1; }

int csp_close_from(int lowest) { return result(syscall(SYS_close_range, (unsigned)lowest, ~0u, 0)); }

int csp_set_subreaper(int on) { return result(prctl(PR_SET_CHILD_SUBREAPER, on, 0, 0, 0)); }

const char *csp_environment(const char *name) { return getenv(name); }

const char *csp_environment_entry(size_t place) {
    for (size_t i = 0; environ != NULL && environ[i] != NULL; i++)
        if (i == place) return environ[i];
    return NULL;
}

void csp_take_environment(const char *name) {
    char *value = getenv(name);
    if (value == NULL) return;
    explicit_bzero(value, strlen(value));
    unsetenv(name);
}

int csp_current_directory(char *buffer, size_t capacity) {
    return getcwd(buffer, capacity) == NULL ? -errno : (int)strlen(buffer);
}

int csp_process_directory(int pid, char *buffer, size_t capacity) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/cwd", pid);
    ssize_t length = readlink(path, buffer, capacity);
    if (length < 0) return -errno;
    return (size_t)length == capacity ? -ERANGE : (int)length;
}

int csp_executable_path(char *buffer, size_t capacity) {
    ssize_t length = readlink("/proc/self/exe", buffer, capacity);
    if (length < 0) return -errno;
    return (size_t)length == capacity ? -ERANGE : (int)length;
}

static int of_user(char *buffer, size_t capacity, char *(*field)(const struct passwd *)) {
    char storage[16 * 1024];
    struct passwd entry, *found = NULL;
    int error = getpwuid_r(getuid(), &entry, storage, sizeof storage, &found);
    if (error != 0) return -error;
    const char *text = found == NULL ? NULL : field(found);
    if (text == NULL) return -ENOENT;
    size_t length = strlen(text);
    if (length >= capacity) return -ERANGE;
    memcpy(buffer, text, length + 1);
    return (int)length;
}

static char *directory_of(const struct passwd *user) { return user->pw_dir; }
static char *name_of(const struct passwd *user) { return user->pw_name; }

int csp_home_directory(char *buffer, size_t capacity) { return of_user(buffer, capacity, directory_of); }
int csp_user_name(char *buffer, size_t capacity) { return of_user(buffer, capacity, name_of); }

int csp_is_there(const char *path) {
    struct stat info;
    return stat(path, &info) == 0;
}

int csp_is_executable(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

void csp_exit(int code) { exit(code); }

int64_t csp_monotonic_ns(void) {
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void csp_wipe(void *memory, size_t count) { explicit_bzero(memory, count); }

/* Wiped pages that wait for their next use, and whose they are: a lock on memory does not come through a fork. */
#define SPARE_BYTES 4096
#define MOST_SPARES 4
static void *spares[MOST_SPARES];
static int spare_count;
static pid_t spare_owner;

static void *take_spare(size_t count) {
    if (count != SPARE_BYTES || spare_count == 0) return NULL;
    if (spare_owner != getpid()) {
        while (spare_count > 0) munmap(spares[--spare_count], SPARE_BYTES);
        return NULL;
    }
    return spares[--spare_count];
}

static int keep_spare(void *memory, size_t count) {
    if (count != SPARE_BYTES || spare_count == MOST_SPARES) return 0;
    pid_t own = getpid();
    if (spare_count > 0 && spare_owner != own) return 0;
    spare_owner = own;
    spares[spare_count++] = memory;
    return 1;
}

void *csp_block_allocate(size_t count) {
    void *spare = take_spare(count);
    if (spare != NULL) return spare;
    void *start = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return NULL;
    if (madvise(start, count, MADV_DONTDUMP) != 0) {
        munmap(start, count);
        return NULL;
    }
    // A large environment may be more than this user may lock; the program that gets it is not locked either.
    mlock(start, count);
    return start;
}

void csp_block_free(void *memory, size_t count) {
    explicit_bzero(memory, count);
    if (!keep_spare(memory, count)) munmap(memory, count);
}

void csp_close(int fd) { close(fd); }

int csp_poll(int fd, int milliseconds) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    return poll(&wait, 1, milliseconds) > 0;
}
