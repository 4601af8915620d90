#pragma once

/*
 * Names looked up and connections begun, without a thread and without waiting: c-ares for names, nonblocking sockets.
 * C because the Swift rooms import no libc. A lookup's result is kept until it is asked for; nothing calls back.
 *
 * Unless said otherwise a function returns zero or more on success and the negated errno on failure.
 */

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(default)

/* A socket address of IPv4 or IPv6, opaque. */
struct cdl_address {
    uint32_t count;
    uint8_t bytes[28];
};

/* A descriptor of a lookup and what it waits for: 1 = readable, 2 = writable. */
struct cdl_wait {
    int fd;
    uint32_t interest;
};

/* The most descriptors of one lookup (ARES_GETSOCK_MAXNUM). */
#define CDL_MOST_WAITS 16
/* The most addresses kept of one answer. */
#define CDL_MOST_ADDRESSES 32

/* States of a lookup that is over and found nothing. */
enum cdl_failure {
    CDL_PENDING = 0,
    CDL_NO_SUCH_NAME = -1,
    CDL_NO_SERVER = -2,
    CDL_NO_ANSWER = -3,
    CDL_NO_MEMORY = -4,
};

struct cdl_lookup;

/* Begins to look up `name` (NUL-terminated): a number, a name of /etc/hosts, or a name of the DNS as resolv.conf says.
 * `servers` instead of those of resolv.conf, NULL for them: "address:port,...". NULL: no memory. Numbers and names of
 * /etc/hosts are known at once. */
struct cdl_lookup *cdl_lookup_start(const char *name, uint16_t port, const char *servers);
/* CDL_PENDING, a number of addresses, or another cdl_failure. */
int cdl_lookup_state(const struct cdl_lookup *lookup);
/* Address `index` of the answer. */
struct cdl_address cdl_lookup_address(const struct cdl_lookup *lookup, int index);
/* The descriptors to watch now, at most CDL_MOST_WAITS. Processing may close them: watch no longer than until then. */
int cdl_lookup_waits(const struct cdl_lookup *lookup, struct cdl_wait *waits);
/* After how long to process even if nothing is ready, in nanoseconds. */
int64_t cdl_lookup_timeout(const struct cdl_lookup *lookup);
/* Takes what is ready on `fd` (1, 2 or both); -1 for what timed out. */
void cdl_lookup_process(struct cdl_lookup *lookup, int fd, uint32_t ready);
void cdl_lookup_free(struct cdl_lookup *lookup);

/* A nonblocking, close-on-exec stream socket whose connect(2) has begun; it is writable when that is over. Small
 * writes are not held back (TCP_NODELAY). */
int cdl_connect(const struct cdl_address *address);
/* The same to a Unix socket. -ENAMETOOLONG: longer than the kernel takes (107 bytes). */
int cdl_connect_unix(const char *path, size_t count);
/* How the connect(2) ended: 0 or the negated errno. */
int cdl_connect_result(int fd);
/* Acknowledges what came on a TCP socket at once (TCP_QUICKACK, tcp(7)): to be said again after each read. A sender that holds
 * back small packets until then (Nagle) would else wait some 40 ms. Nothing where the system does not have it. */
void cdl_acknowledge(int fd);

#pragma GCC visibility pop
