#define _GNU_SOURCE
#include "CDial.h"

#include <ares.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct cdl_lookup {
    ares_channel channel;
    int state;
    struct cdl_address addresses[CDL_MOST_ADDRESSES];
};

static int failure(int status) {
    switch (status) {
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_EBADNAME:
    case ARES_ENONAME:
        return CDL_NO_SUCH_NAME;
    case ARES_ECONNREFUSED:
        return CDL_NO_SERVER;
    case ARES_ENOMEM:
        return CDL_NO_MEMORY;
    default:
        return CDL_NO_ANSWER;
    }
}

static void keep(struct cdl_lookup *lookup, const void *address, size_t count) {
    if (lookup->state >= CDL_MOST_ADDRESSES || count > sizeof lookup->addresses[0].bytes) return;
    struct cdl_address *place = &lookup->addresses[lookup->state++];
    place->count = (uint32_t)count;
    memcpy(place->bytes, address, count);
}

static void answered(void *argument, int status, int timeouts, struct ares_addrinfo *answer) {
    (void)timeouts;
    struct cdl_lookup *lookup = argument;
    if (status == ARES_SUCCESS)
        for (struct ares_addrinfo_node *node = answer->nodes; node; node = node->ai_next)
            keep(lookup, node->ai_addr, node->ai_addrlen);
    if (lookup->state == CDL_PENDING) lookup->state = status == ARES_SUCCESS ? CDL_NO_SUCH_NAME : failure(status);
    if (answer) ares_freeaddrinfo(answer);
}

/* A number needs no server; libc also knows the scope of a link-local one. It does not wait: AI_NUMERICHOST. */
static void look_at_number(struct cdl_lookup *lookup, const char *name, const char *service) {
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM}, *answer = NULL;
    if (getaddrinfo(name, service, &hints, &answer) != 0) return;
    for (struct addrinfo *node = answer; node; node = node->ai_next) keep(lookup, node->ai_addr, node->ai_addrlen);
    freeaddrinfo(answer);
}

static int begin(struct cdl_lookup *lookup, const char *name, const char *service, const char *servers) {
    struct ares_options options = {.timeout = 2000, .tries = 3};
    int status = ares_init_options(&lookup->channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
    if (status != ARES_SUCCESS) return status;
    if (servers) status = ares_set_servers_ports_csv(lookup->channel, servers);
    if (status != ARES_SUCCESS) return status;
    struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = ARES_AI_NUMERICSERV};
    ares_getaddrinfo(lookup->channel, name, service, &hints, answered, lookup);
    return ARES_SUCCESS;
}

struct cdl_lookup *cdl_lookup_start(const char *name, uint16_t port, const char *servers) {
    struct cdl_lookup *lookup = calloc(1, sizeof *lookup);
    if (!lookup) return NULL;
    char service[6] = {0};
    snprintf(service, sizeof service, "%u", (unsigned)port);
    look_at_number(lookup, name, service);
    if (lookup->state != CDL_PENDING) return lookup;
    int status = ares_library_init(ARES_LIB_INIT_NONE);
    if (status == ARES_SUCCESS) status = begin(lookup, name, service, servers);
    if (status != ARES_SUCCESS) lookup->state = failure(status);
    return lookup;
}

int cdl_lookup_state(const struct cdl_lookup *lookup) { return lookup->state; }

struct cdl_address cdl_lookup_address(const struct cdl_lookup *lookup, int index) { return lookup->addresses[index]; }

int cdl_lookup_waits(const struct cdl_lookup *lookup, struct cdl_wait *waits) {
    if (!lookup->channel) return 0;
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    int bits = ares_getsock(lookup->channel, sockets, ARES_GETSOCK_MAXNUM), count = 0;
    for (int i = 0; i < ARES_GETSOCK_MAXNUM && i < CDL_MOST_WAITS; i++) {
        uint32_t interest = (ARES_GETSOCK_READABLE(bits, i) ? 1u : 0u) | (ARES_GETSOCK_WRITABLE(bits, i) ? 2u : 0u);
        if (interest) waits[count++] = (struct cdl_wait){.fd = sockets[i], .interest = interest};
    }
    return count;
}

int64_t cdl_lookup_timeout(const struct cdl_lookup *lookup) {
    struct timeval longest = {.tv_sec = 5}, left = {0};
    if (!lookup->channel) return 0;
    struct timeval *wait = ares_timeout(lookup->channel, &longest, &left);
    return (int64_t)wait->tv_sec * 1000000000 + (int64_t)wait->tv_usec * 1000;
}

void cdl_lookup_process(struct cdl_lookup *lookup, int fd, uint32_t ready) {
    if (!lookup->channel) return;
    ares_process_fd(lookup->channel, ready & 1 ? fd : ARES_SOCKET_BAD, ready & 2 ? fd : ARES_SOCKET_BAD);
}

void cdl_lookup_free(struct cdl_lookup *lookup) {
    /* Ends an open question with ARES_EDESTRUCTION, which is noted in `lookup` before it goes. */
    if (lookup->channel) ares_destroy(lookup->channel);
    free(lookup);
}

static int dial(int family, const void *address, size_t count) {
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    if (fd < 0) return -errno;
    if (family != AF_UNIX) (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, address, (socklen_t)count) == 0 || errno == EINPROGRESS || errno == EINTR) return fd;
    int error = errno;
    close(fd);
    return -error;
}

void cdl_acknowledge(int fd) {
#ifdef TCP_QUICKACK
    int one = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
#else
    (void)fd;
#endif
}

int cdl_connect(const struct cdl_address *address) {
    struct sockaddr_storage place = {0};
    memcpy(&place, address->bytes, address->count);
    return dial(place.ss_family, &place, address->count);
}

int cdl_connect_unix(const char *path, size_t count) {
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    if (count >= sizeof place.sun_path) return -ENAMETOOLONG;
    memcpy(place.sun_path, path, count);
    return dial(AF_UNIX, &place, offsetof(struct sockaddr_un, sun_path) + count + 1);
}

int cdl_connect_result(int fd) {
    int error = 0;
    socklen_t count = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &count) != 0) return -errno;
    return -error;
}
