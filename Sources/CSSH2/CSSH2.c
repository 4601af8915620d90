#define _GNU_SOURCE
#include "session.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(CSSH_AGAIN == LIBSSH2_ERROR_EAGAIN, "the number of libssh2");
_Static_assert(CSSH_KEY_PASSPHRASE == LIBSSH2_ERROR_KEYFILE_AUTH_FAILED, "the number of libssh2");

/* --- Bytes */

static ssize_t receive(libssh2_socket_t socket, void *buffer, size_t count, int flags, void **abstract) {
    (void)socket, (void)flags;
    struct cssh_session *session = *abstract;
    struct cssh_bytes *input = &session->input;
    if (session->is_over) return 0;
    size_t there = input->to - input->from;
    if (there == 0 || session->output.to - session->output.from > session->output_limit) return -EAGAIN;
    if (count > there) count = there;
    memcpy(buffer, input->start + input->from, count);
    input->from += count;
    return (ssize_t)count;
}

/* Takes everything: so the library is never between two halves of a packet. The caller bounds what it begins. */
static ssize_t send_later(libssh2_socket_t socket, const void *bytes, size_t count, int flags, void **abstract) {
    (void)socket, (void)flags;
    struct cssh_session *session = *abstract;
    if (session->is_over) return (ssize_t)count;
    return cssh_append(&session->output, bytes, count) ? (ssize_t)count : -ENOMEM;
}

size_t cssh_room(const struct cssh_session *session) {
    size_t there = session->input.to - session->input.from;
    return there < session->input_limit ? session->input_limit - there : 0;
}

void cssh_feed(struct cssh_session *session, const void *bytes, size_t count) {
    if (count > cssh_room(session) || !cssh_append(&session->input, bytes, count)) abort();
}

size_t cssh_unread(const struct cssh_session *session) { return session->input.to - session->input.from; }

size_t cssh_output(const struct cssh_session *session, const uint8_t **bytes) {
    *bytes = session->output.start + session->output.from;
    return session->output.to - session->output.from;
}

void cssh_sent(struct cssh_session *session, size_t count) { session->output.from += count; }

void cssh_limit_output(struct cssh_session *session, size_t count) { session->output_limit = count; }

/* --- The session */

const char *cssh_version(void) { return ssh2.version(0); }

bool cssh_is_version(int number) { return ssh2.version(number) != NULL; }

static void dismissed(LIBSSH2_SESSION *library, int reason, const char *message, int count, const char *language,
                      int language_count, void **abstract) {
    (void)library, (void)reason, (void)message, (void)count, (void)language, (void)language_count;
    ((struct cssh_session *)*abstract)->is_dismissed = true;
}

bool cssh_is_dismissed(const struct cssh_session *session) { return session->is_dismissed; }

/* The macro of newer headers is deprecated for a function that 1.10 has not. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static void set_callbacks(LIBSSH2_SESSION *library) {
    ssh2.session_callback_set(library, LIBSSH2_CALLBACK_DISCONNECT, (void *)dismissed);
    ssh2.session_callback_set(library, LIBSSH2_CALLBACK_RECV, (void *)receive);
    ssh2.session_callback_set(library, LIBSSH2_CALLBACK_SEND, (void *)send_later);
}
#pragma GCC diagnostic pop

struct cssh_session *cssh_new(size_t memory, size_t input) {
    static int is_ready = -1;
    if (is_ready != 0) is_ready = ssh2.init(0);
    if (is_ready != 0) return NULL;
    struct cssh_session *session = calloc(1, sizeof *session);
    if (!session) return NULL;
    session->blocks.next = session->blocks.previous = &session->blocks;
    session->memory = memory;
    session->input_limit = input;
    session->output_limit = SIZE_MAX;
    session->library = ssh2.session_init_ex(cssh_allocate, cssh_release, cssh_reallocate, session);
    if (!session->library) {
        free(session);
        return NULL;
    }
    ssh2.session_set_blocking(session->library, 0);
    set_callbacks(session->library);
    return session;
}

void cssh_free(struct cssh_session *session) {
    /* From here on the library finds its peer gone, so that it waits for no answer. */
    session->is_over = true;
    for (int i = 0; i < 1000 && ssh2.session_free(session->library) == LIBSSH2_ERROR_EAGAIN; i++) continue;
    void *abstract = session;
    while (session->blocks.next != &session->blocks) cssh_release(session->blocks.next + 1, &abstract);
    cssh_empty(&session->input);
    cssh_empty(&session->output);
    cssh_empty(&session->question);
    cssh_empty(&session->answer);
    free(session);
}

size_t cssh_algorithms(struct cssh_session *session, enum cssh_list list, char *text, size_t room) {
    const char **names = NULL;
    int count = ssh2.session_supported_algs(session->library, (int)list, &names);
    size_t length = 0;
    for (int i = 0; i < count; i++) {
        size_t more = strlen(names[i]);
        if (length + more + 1 > room) break;
        if (length > 0) text[length++] = ',';
        memcpy(text + length, names[i], more);
        length += more;
    }
    if (count > 0) ssh2.free(session->library, names);
    return length;
}

int cssh_prefer(struct cssh_session *session, enum cssh_list list, const char *names) {
    if (ssh2.session_method_pref(session->library, (int)list, names) != 0) return CSSH_INVALID;
    /* Ciphers and MACs are lists of two directions, the second of which follows the first. */
    if (list != CSSH_CIPHER && list != CSSH_MAC) return CSSH_DONE;
    return ssh2.session_method_pref(session->library, (int)list + 1, names) == 0 ? CSSH_DONE : CSSH_INVALID;
}

int cssh_handshake(struct cssh_session *session) {
    /* Never the number of an open descriptor (the kernel's limit is below): the library looks at its flags, finds none, and
     * leaves it alone. */
    return ssh2.session_handshake(session->library, INT_MAX);
}

size_t cssh_host_key(struct cssh_session *session, const uint8_t **key) {
    size_t count = 0;
    int type = 0;
    *key = (const uint8_t *)ssh2.session_hostkey(session->library, &count, &type);
    return *key ? count : 0;
}
