#pragma once

/*
 * The system calls the event loop stands on. C because the Swift rooms import no libc; each function is one call, or
 * one call with its EINTR loop, and keeps no state of its own.
 *
 * Unless said otherwise a function returns a value of zero or more on success and the negated errno on failure, so no
 * caller reads the thread's errno.
 */

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(default)

/* Readiness bits, ours: 1 = readable, 2 = writable, 4 = hung up or in error (the kernel reports it unasked). */
#define CEL_READ 1u
#define CEL_WRITE 2u
#define CEL_HANGUP 4u

/* Events taken in one turn. A fixed size: what is left over is reported by the next turn (level triggered). */
#define CEL_BATCH 64

struct cel_event {
    uint64_t token;
    uint32_t ready;
};

/* epoll_create1(2) with close-on-exec. */
int cel_epoll_create(void);

/* epoll_ctl(2). `token` comes back with each event: a serial number, never a descriptor number, so an event left over
 * for a closed descriptor cannot reach the next owner of that number. -EPERM: a regular file or directory, which epoll
 * does not take (it never blocks); -EEXIST: watched already; -ENOENT and -EBADF from remove: closed before. */
int cel_epoll_add(int epoll, int fd, uint64_t token, uint32_t interest);
int cel_epoll_modify(int epoll, int fd, uint64_t token, uint32_t interest);
int cel_epoll_remove(int epoll, int fd);

/* Waits at most `timeout_ns` (negative: for ever) and writes at most CEL_BATCH events. Returns their number; 0 after
 * a timeout and after EINTR. Uses epoll_pwait2(2) for its nanoseconds; on kernels before 5.11 epoll_wait(2), rounded
 * up to milliseconds so that a timer never fires early. */
int cel_epoll_wait(int epoll, struct cel_event *events, int64_t timeout_ns);

/* read(2) and write(2), repeated after EINTR. -EAGAIN: would block. -EPIPE: no reader left. */
int64_t cel_read(int fd, void *buffer, size_t count);
int64_t cel_write(int fd, const void *buffer, size_t count);

/* close(2), once: on Linux the number is free even after EINTR, so a second close could hit a stranger. */
void cel_close(int fd);

/* pipe2(2) and socketpair(2) (AF_UNIX, stream), both with close-on-exec. ends[0] reads, ends[1] writes. */
int cel_pipe(int ends[2]);
int cel_socketpair(int ends[2]);

/* O_NONBLOCK on or off. It belongs to the open file description: every holder of a shared one sees it. */
int cel_set_nonblocking(int fd, int on);

/* A close-on-exec duplicate numbered `lowest` or more (F_DUPFD_CLOEXEC). */
int cel_duplicate(int fd, int lowest);

/* open(2) of /dev/null for reading and writing, close-on-exec. */
int cel_open_null(void);

/* shutdown(2) of the writing side of a socket. */
int cel_shutdown_write(int fd);

/* memfd_create(2): an anonymous file in memory, close-on-exec. `name` is for /proc only. */
int cel_memory_file(const char *name);
/* The same, of mode 0600 and with seals allowed. */
int cel_sealable_file(const char *name);
/* Puts the offset to the start, the mode to 0400, and every seal on it (F_ADD_SEALS): nobody can write to it, make it
 * shorter or longer, or take a seal off, whoever opens it and however. */
int cel_seal(int fd);
/* pread(2), pwrite(2), fstat(2) size, ftruncate(2). */
int64_t cel_pread(int fd, void *buffer, size_t count, int64_t offset);
int64_t cel_pwrite(int fd, const void *buffer, size_t count, int64_t offset);
int64_t cel_size(int fd);
int cel_truncate(int fd, int64_t size);

/* 1 when `fd` is a terminal. */
int cel_is_terminal(int fd);

/* CLOCK_MONOTONIC and CLOCK_REALTIME in nanoseconds; the second counts from 1970-01-01 UTC. */
int64_t cel_monotonic_ns(void);
int64_t cel_wall_ns(void);

/* Fills all of `buffer` by getrandom(2). Waits for the pool at early boot, fails only with -ENOSYS or -EFAULT. */
int cel_random(void *buffer, size_t count);

/* Ignores SIGPIPE, so that a write without a reader is -EPIPE and not death. */
void cel_ignore_sigpipe(void);

/* Signals `numbers` are blocked in the calling thread and reported by the descriptor returned: signalfd(2),
 * nonblocking, close-on-exec. A child must have its mask reset (the spawn fence does). */
int cel_signal_descriptor(const int *numbers, size_t count);
/* The next pending signal's number; -EAGAIN when there is none. */
int cel_signal_next(int fd);
/* Unblocks `numbers` in the calling thread. */
void cel_signal_unblock(const int *numbers, size_t count);

#pragma GCC visibility pop
