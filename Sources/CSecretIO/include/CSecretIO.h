#pragma once

/*
 * Descriptors and the terminal, for bytes that go straight between the kernel and secret memory. C because termios is
 * laid out differently everywhere and a signal handler must put the terminal back.
 *
 * A function returns a value of zero or more on success and the negated errno on failure.
 */

#include <stddef.h>

#pragma GCC visibility push(default)

/* isatty(3): 1 or 0. */
int cio_is_terminal(int fd);
/* The controlling terminal, /dev/tty, close-on-exec. -ENXIO: there is none. */
int cio_open_terminal(void);
/* Turns echo, line editing and signal keys off, discarding what was typed ahead. SIGINT, SIGTERM, SIGHUP and SIGQUIT
 * put the terminal back before they end the process. One terminal at a time. */
int cio_hide_input(int fd);
/* Undoes cio_hide_input. */
void cio_show_input(void);

/* read(2), again after EINTR. 0: the end. */
long cio_read(int fd, void *buffer, size_t count);
/* write(2) of everything, again after EINTR. 0 on success. */
int cio_write_all(int fd, const void *buffer, size_t count);
/* The same of two pieces, the first one first; what the kernel takes at once comes to the reader at once (writev(2)). */
int cio_write_both(int fd, const void *first, size_t first_count, const void *second, size_t second_count);
/* poll(2) for readability: 1 readable or ended, 0 timeout. */
int cio_wait_readable(int fd, int milliseconds);
/* pipe2(2), close-on-exec. */
int cio_pipe(int *reading, int *writing);
void cio_close(int fd);
/* Takes over one end of a connected stream socket pair of this user (AF_UNIX, SO_PEERCRED), whatever its maker set:
 * close-on-exec, and blocking. -ENOTSOCK: it is no such socket. */
int cio_adopt_socket(int fd);
/* F_GETFD: whether the descriptor is open. */
int cio_is_open(int fd);

#pragma GCC visibility pop
