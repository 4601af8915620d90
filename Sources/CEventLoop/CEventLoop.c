#define _GNU_SOURCE
#include "CEventLoop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int result(int value) { return value < 0 ? -errno : value; }

int cel_epoll_create(void) { return result(epoll_create1(EPOLL_CLOEXEC)); }

static int control(int epoll, int operation, int fd, uint64_t token, uint32_t interest) {
    struct epoll_event event = {.data.u64 = token};
    if (interest & CEL_READ) event.events |= EPOLLIN | EPOLLRDHUP;
    if (interest & CEL_WRITE) event.events |= EPOLLOUT;
    return result(epoll_ctl(epoll, operation, fd, &event));
}

int cel_epoll_add(int epoll, int fd, uint64_t token, uint32_t interest) {
    return control(epoll, EPOLL_CTL_ADD, fd, token, interest);
}

int cel_epoll_modify(int epoll, int fd, uint64_t token, uint32_t interest) {
    return control(epoll, EPOLL_CTL_MOD, fd, token, interest);
}

int cel_epoll_remove(int epoll, int fd) { return control(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

static int wait_events(int epoll, struct epoll_event *events, int64_t timeout_ns) {
    if (timeout_ns <= 0) return epoll_wait(epoll, events, CEL_BATCH, timeout_ns < 0 ? -1 : 0);
#ifdef SYS_epoll_pwait2
    struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
    int count = (int)syscall(SYS_epoll_pwait2, epoll, events, CEL_BATCH, &timeout, NULL, 0);
    if (count >= 0 || errno != ENOSYS) return count;
#endif
    int64_t milliseconds = timeout_ns / 1000000 + (timeout_ns % 1000000 != 0);
    return epoll_wait(epoll, events, CEL_BATCH, milliseconds > 1000000000 ? 1000000000 : (int)milliseconds);
}

int cel_epoll_wait(int epoll, struct cel_event *events, int64_t timeout_ns) {
    struct epoll_event taken[CEL_BATCH];
    int count = wait_events(epoll, taken, timeout_ns);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        uint32_t ready = 0;
        if (taken[i].events & (EPOLLIN | EPOLLRDHUP)) ready |= CEL_READ;
        if (taken[i].events & EPOLLOUT) ready |= CEL_WRITE;
        if (taken[i].events & (EPOLLHUP | EPOLLERR)) ready |= CEL_HANGUP;
        events[i] = (struct cel_event){.token = taken[i].data.u64, .ready = ready};
    }
    return count;
}

int64_t cel_read(int fd, void *buffer, size_t count) {
    ssize_t done;
    do done = read(fd, buffer, count); while (done < 0 && errno == EINTR);
    return done < 0 ? -errno : done;
}

int64_t cel_write(int fd, const void *buffer, size_t count) {
    ssize_t done;
    do done = write(fd, buffer, count); while (done < 0 && errno == EINTR);
    return done < 0 ? -errno : done;
}

void cel_close(int fd) { close(fd); }

int cel_pipe(int ends[2]) { return result(pipe2(ends, O_CLOEXEC)); }

int cel_socketpair(int ends[2]) { return result(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)); }

int cel_set_nonblocking(int fd, int on) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return -errno;
    return result(fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK));
}

int cel_duplicate(int fd, int lowest) { return result(fcntl(fd, F_DUPFD_CLOEXEC, lowest)); }

int cel_open_null(void) { return result(open("/dev/null", O_RDWR | O_CLOEXEC)); }

int cel_shutdown_write(int fd) { return result(shutdown(fd, SHUT_WR)); }

int cel_memory_file(const char *name) { return result(memfd_create(name, MFD_CLOEXEC)); }

int cel_sealable_file(const char *name) {
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return -errno;
    if (fchmod(fd, 0600) == 0) return fd;
    int error = errno;
    close(fd);
    return -error;
}

int cel_seal(int fd) {
    if (lseek(fd, 0, SEEK_SET) < 0 || fchmod(fd, 0400) < 0) return -errno;
    return result(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL));
}

int64_t cel_pread(int fd, void *buffer, size_t count, int64_t offset) {
    ssize_t done;
    do done = pread(fd, buffer, count, offset); while (done < 0 && errno == EINTR);
    return done < 0 ? -errno : done;
}

int64_t cel_pwrite(int fd, const void *buffer, size_t count, int64_t offset) {
    ssize_t done;
    do done = pwrite(fd, buffer, count, offset); while (done < 0 && errno == EINTR);
    return done < 0 ? -errno : done;
}

int64_t cel_size(int fd) {
    struct stat status;
    return fstat(fd, &status) < 0 ? -errno : (int64_t)status.st_size;
}

int cel_truncate(int fd, int64_t size) {
    int done;
    do done = ftruncate(fd, size); while (done < 0 && errno == EINTR);
    return result(done);
}

int cel_is_terminal(int fd) { return isatty(fd) == 1; }

static int64_t clock_ns(clockid_t clock) {
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t cel_monotonic_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

int64_t cel_wall_ns(void) { return clock_ns(CLOCK_REALTIME); }

int cel_random(void *buffer, size_t count) {
    unsigned char *next = buffer;
    while (count > 0) {
        ssize_t done = getrandom(next, count, 0);
        if (done < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        next += done;
        count -= (size_t)done;
    }
    return 0;
}

void cel_ignore_sigpipe(void) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
}

static sigset_t signal_set(const int *numbers, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < count; i++) sigaddset(&set, numbers[i]);
    return set;
}

int cel_signal_descriptor(const int *numbers, size_t count) {
    sigset_t set = signal_set(numbers, count);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0) return -errno;
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return fd;
}

int cel_signal_next(int fd) {
    struct signalfd_siginfo info;
    ssize_t done;
    do done = read(fd, &info, sizeof info); while (done < 0 && errno == EINTR);
    if (done < 0) return -errno;
    return done == (ssize_t)sizeof info ? (int)info.ssi_signo : -EIO;
}

void cel_signal_unblock(const int *numbers, size_t count) {
    sigset_t set = signal_set(numbers, count);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
