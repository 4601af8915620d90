#define _GNU_SOURCE
#include "CSecretIO.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

static struct termios saved;
static volatile sig_atomic_t hidden = -1;
static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static struct sigaction previous[sizeof ending / sizeof ending[0]];

int cio_is_terminal(int fd) { return isatty(fd); }

int cio_open_terminal(void) {
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* tcsetattr, signal and raise are async-signal-safe (signal-safety(7)). */
static void restore_and_end(int number) {
    if (hidden >= 0) tcsetattr(hidden, TCSAFLUSH, &saved);
    signal(number, SIG_DFL);
    raise(number);
}

int cio_hide_input(int fd) {
    if (tcgetattr(fd, &saved) < 0) return -errno;
    hidden = fd;
    struct sigaction action = {.sa_handler = restore_and_end, .sa_flags = SA_NODEFER};
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) sigaction(ending[i], &action, &previous[i]);
    struct termios quiet = saved;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    if (tcsetattr(fd, TCSAFLUSH, &quiet) < 0) {
        int error = errno;
        cio_show_input();
        return -error;
    }
    return 0;
}

void cio_show_input(void) {
    if (hidden < 0) return;
    tcsetattr(hidden, TCSAFLUSH, &saved);
    hidden = -1;
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) sigaction(ending[i], &previous[i], NULL);
}

long cio_read(int fd, void *buffer, size_t count) {
    ssize_t done;
    do done = read(fd, buffer, count); while (done < 0 && errno == EINTR);
    return done < 0 ? -errno : done;
}

int cio_write_all(int fd, const void *buffer, size_t count) {
    const char *next = buffer;
    while (count > 0) {
        ssize_t done = write(fd, next, count);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return -errno;
        next += done;
        count -= (size_t)done;
    }
    return 0;
}

int cio_write_both(int fd, const void *first, size_t first_count, const void *second, size_t second_count) {
    struct iovec parts[2] = {{(void *)first, first_count}, {(void *)second, second_count}};
    ssize_t done;
    do done = writev(fd, parts, 2); while (done < 0 && errno == EINTR);
    if (done < 0) return -errno;
    size_t taken = (size_t)done;
    if (taken >= first_count) return cio_write_all(fd, (const char *)second + (taken - first_count), second_count - (taken - first_count));
    int status = cio_write_all(fd, (const char *)first + taken, first_count - taken);
    return status < 0 ? status : cio_write_all(fd, second, second_count);
}

int cio_wait_readable(int fd, int milliseconds) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    int ready = poll(&wait, 1, milliseconds);
    if (ready < 0) return errno == EINTR ? 0 : -errno;
    return ready;
}

int cio_pipe(int *reading, int *writing) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

void cio_close(int fd) { close(fd); }

int cio_is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

int cio_adopt_socket(int fd) {
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    int type = 0;
    socklen_t type_length = sizeof type;
    if (getpeername(fd, (struct sockaddr *)&peer, &length) < 0 || peer.ss_family != AF_UNIX) return -ENOTSOCK;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_length) < 0 || type != SOCK_STREAM) return -ENOTSOCK;
#ifdef __linux__
    struct ucred other;
    socklen_t other_length = sizeof other;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &other, &other_length) < 0 || other.uid != geteuid()) return -ENOTSOCK;
#else
    uid_t user;
    gid_t group;
    if (getpeereid(fd, &user, &group) < 0 || user != geteuid()) return -ENOTSOCK;
#endif
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) return -errno;
    return 0;
}
