#define _GNU_SOURCE
#include "CSSH2.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <libssh2.h>

_Static_assert(CSSH_AGAIN == LIBSSH2_ERROR_EAGAIN, "the number of libssh2");
_Static_assert(CSSH_KEY_PASSPHRASE == LIBSSH2_ERROR_KEYFILE_AUTH_FAILED, "the number of libssh2");

/* In front of each block of the library: its size, and its neighbours, so that all can be freed with the session. */
struct block {
    struct block *next, *previous;
    size_t size, padding;
};

struct bytes {
    uint8_t *start;
    size_t from, to, room;
};

struct cssh_session {
    LIBSSH2_SESSION *library;
    struct block blocks;
    size_t held, memory;
    struct bytes input, output, question, answer;
    size_t input_limit, output_limit;
    bool is_over, is_dismissed, has_answer;
    /* Of keyboard-interactive. */
    bool is_asking, has_answered, asked_more;
    /* The password of the call that is running. */
    const void *password;
    size_t password_count;
};

struct cssh_channel {
    struct cssh_session *session;
    LIBSSH2_CHANNEL *library;
};

/* --- Memory */

static void *allocate(size_t count, void **abstract) {
    struct cssh_session *session = *abstract;
    if (count > session->memory || session->held > session->memory - count) return NULL;
    struct block *block = malloc(sizeof *block + count);
    if (!block) return NULL;
    *block = (struct block){.next = session->blocks.next, .previous = &session->blocks, .size = count};
    block->next->previous = block;
    session->blocks.next = block;
    session->held += count;
    return block + 1;
}

static void release(void *pointer, void **abstract) {
    if (!pointer) return;
    struct cssh_session *session = *abstract;
    struct block *block = (struct block *)pointer - 1;
    block->next->previous = block->previous;
    block->previous->next = block->next;
    session->held -= block->size;
    explicit_bzero(pointer, block->size);
    free(block);
}

static void *reallocate(void *pointer, size_t count, void **abstract) {
    void *moved = allocate(count, abstract);
    if (!moved || !pointer) return moved;
    size_t old = ((struct block *)pointer - 1)->size;
    memcpy(moved, pointer, old < count ? old : count);
    release(pointer, abstract);
    return moved;
}

static bool append(struct bytes *bytes, const void *more, size_t count) {
    if (bytes->from > 0 && (bytes->from == bytes->to || bytes->room - bytes->to < count)) {
        memmove(bytes->start, bytes->start + bytes->from, bytes->to - bytes->from);
        bytes->to -= bytes->from;
        bytes->from = 0;
    }
    if (bytes->room - bytes->to < count) {
        size_t room = (bytes->to + count) * 2;
        uint8_t *moved = realloc(bytes->start, room);
        if (!moved) return false;
        bytes->start = moved;
        bytes->room = room;
    }
    if (count > 0) memcpy(bytes->start + bytes->to, more, count);
    bytes->to += count;
    return true;
}

static void empty(struct bytes *bytes) {
    free(bytes->start);
    *bytes = (struct bytes){0};
}

/* --- Bytes */

static ssize_t receive(libssh2_socket_t socket, void *buffer, size_t count, int flags, void **abstract) {
    (void)socket, (void)flags;
    struct cssh_session *session = *abstract;
    struct bytes *input = &session->input;
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
    return append(&session->output, bytes, count) ? (ssize_t)count : -ENOMEM;
}

size_t cssh_room(const struct cssh_session *session) {
    size_t there = session->input.to - session->input.from;
    return there < session->input_limit ? session->input_limit - there : 0;
}

void cssh_feed(struct cssh_session *session, const void *bytes, size_t count) {
    if (count > cssh_room(session) || !append(&session->input, bytes, count)) abort();
}

size_t cssh_unread(const struct cssh_session *session) { return session->input.to - session->input.from; }

size_t cssh_output(const struct cssh_session *session, const uint8_t **bytes) {
    *bytes = session->output.start + session->output.from;
    return session->output.to - session->output.from;
}

void cssh_sent(struct cssh_session *session, size_t count) { session->output.from += count; }

void cssh_limit_output(struct cssh_session *session, size_t count) { session->output_limit = count; }

/* --- The session */

const char *cssh_version(void) { return libssh2_version(0); }

bool cssh_is_version(int number) { return libssh2_version(number) != NULL; }

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
    libssh2_session_callback_set(library, LIBSSH2_CALLBACK_DISCONNECT, (void *)dismissed);
    libssh2_session_callback_set(library, LIBSSH2_CALLBACK_RECV, (void *)receive);
    libssh2_session_callback_set(library, LIBSSH2_CALLBACK_SEND, (void *)send_later);
}
#pragma GCC diagnostic pop

struct cssh_session *cssh_new(size_t memory, size_t input) {
    static int is_ready = -1;
    if (is_ready != 0) is_ready = libssh2_init(0);
    if (is_ready != 0) return NULL;
    struct cssh_session *session = calloc(1, sizeof *session);
    if (!session) return NULL;
    session->blocks.next = session->blocks.previous = &session->blocks;
    session->memory = memory;
    session->input_limit = input;
    session->output_limit = SIZE_MAX;
    session->library = libssh2_session_init_ex(allocate, release, reallocate, session);
    if (!session->library) {
        free(session);
        return NULL;
    }
    libssh2_session_set_blocking(session->library, 0);
    set_callbacks(session->library);
    return session;
}

void cssh_free(struct cssh_session *session) {
    /* From here on the library finds its peer gone, so that it waits for no answer. */
    session->is_over = true;
    for (int i = 0; i < 1000 && libssh2_session_free(session->library) == LIBSSH2_ERROR_EAGAIN; i++) continue;
    void *abstract = session;
    while (session->blocks.next != &session->blocks) release(session->blocks.next + 1, &abstract);
    empty(&session->input);
    empty(&session->output);
    empty(&session->question);
    empty(&session->answer);
    free(session);
}

size_t cssh_algorithms(struct cssh_session *session, enum cssh_list list, char *text, size_t room) {
    const char **names = NULL;
    int count = libssh2_session_supported_algs(session->library, (int)list, &names);
    size_t length = 0;
    for (int i = 0; i < count; i++) {
        size_t more = strlen(names[i]);
        if (length + more + 1 > room) break;
        if (length > 0) text[length++] = ',';
        memcpy(text + length, names[i], more);
        length += more;
    }
    if (count > 0) libssh2_free(session->library, names);
    return length;
}

int cssh_prefer(struct cssh_session *session, enum cssh_list list, const char *names) {
    return libssh2_session_method_pref(session->library, (int)list, names) == 0 ? CSSH_DONE : CSSH_INVALID;
}

int cssh_handshake(struct cssh_session *session) {
    /* Never the number of an open descriptor (the kernel's limit is below): the library looks at its flags, finds none, and
     * leaves it alone. */
    return libssh2_session_handshake(session->library, INT_MAX);
}

size_t cssh_host_key(struct cssh_session *session, const uint8_t **key) {
    size_t count = 0;
    int type = 0;
    *key = (const uint8_t *)libssh2_session_hostkey(session->library, &count, &type);
    return *key ? count : 0;
}

/* --- Authentication */

static bool offers(const char *list, const char *method) {
    size_t count = strlen(method);
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, method, count) == 0 && (at[count] == ',' || at[count] == 0)) return true;
    return false;
}

int cssh_auth_offers(struct cssh_session *session, const char *user, uint32_t *found) {
    const char *list = libssh2_userauth_list(session->library, user, (unsigned)strlen(user));
    *found = 0;
    if (!list) {
        *found = libssh2_userauth_authenticated(session->library) ? CSSH_AUTHENTICATED : 0;
        return *found ? CSSH_DONE : libssh2_session_last_errno(session->library);
    }
    if (offers(list, "password")) *found |= CSSH_OFFERS_PASSWORD;
    if (offers(list, "keyboard-interactive")) *found |= CSSH_OFFERS_INTERACTIVE;
    if (offers(list, "publickey")) *found |= CSSH_OFFERS_KEY;
    return CSSH_DONE;
}

int cssh_auth_password(struct cssh_session *session, const char *user, const void *password, size_t count) {
    return libssh2_userauth_password_ex(session->library, user, (unsigned)strlen(user), password, (unsigned)count, NULL);
}

static void respond(const char *name, int name_count, const char *instruction, int instruction_count, int count,
                    const LIBSSH2_USERAUTH_KBDINT_PROMPT *prompts, LIBSSH2_USERAUTH_KBDINT_RESPONSE *responses,
                    void **abstract) {
    (void)name, (void)name_count, (void)instruction, (void)instruction_count;
    struct cssh_session *session = *abstract;
    for (int i = 0; i < count; i++) {
        if (prompts[i].echo || session->has_answered) {
            session->asked_more = true;
            continue;
        }
        char *text = allocate(session->password_count + 1, abstract);
        if (!text) continue;
        memcpy(text, session->password, session->password_count);
        responses[i].text = text;
        responses[i].length = (unsigned)session->password_count;
        session->has_answered = true;
    }
}

int cssh_auth_interactive(struct cssh_session *session, const char *user, const void *password, size_t count) {
    if (!session->is_asking) session->has_answered = session->asked_more = false;
    session->password = password;
    session->password_count = count;
    int status = libssh2_userauth_keyboard_interactive_ex(session->library, user, (unsigned)strlen(user), respond);
    session->password = NULL;
    session->password_count = 0;
    session->is_asking = status == LIBSSH2_ERROR_EAGAIN;
    return status;
}

bool cssh_asked_more(const struct cssh_session *session) { return session->asked_more; }

int cssh_auth_key(struct cssh_session *session, const char *user, const void *key, size_t count, const void *passphrase,
                  size_t passphrase_count, const void *public_key, size_t public_count) {
    void *abstract = session;
    char *text = allocate(passphrase_count + 1, &abstract);
    if (!text) return CSSH_MEMORY;
    if (passphrase_count > 0) memcpy(text, passphrase, passphrase_count);
    text[passphrase_count] = 0;
    int status = libssh2_userauth_publickey_frommemory(session->library, user, strlen(user),
                                                       public_count > 0 ? public_key : NULL, public_count, key, count, text);
    release(text, &abstract);
    return status;
}

/* Called for each attempt; keeps what is to be signed and comes back when the signature is there. */
static int sign(LIBSSH2_SESSION *library, unsigned char **signature, size_t *signature_count, const unsigned char *data,
                size_t count, void **abstract) {
    (void)library;
    struct cssh_session *session = *abstract;
    if (!session->has_answer) {
        session->question.from = session->question.to = 0;
        return append(&session->question, data, count) ? LIBSSH2_ERROR_EAGAIN : LIBSSH2_ERROR_ALLOC;
    }
    if (session->answer.to == 0) return LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED;
    *signature = allocate(session->answer.to, abstract);
    if (!*signature) return LIBSSH2_ERROR_ALLOC;
    memcpy(*signature, session->answer.start, session->answer.to);
    *signature_count = session->answer.to;
    return 0;
}

int cssh_auth_public(struct cssh_session *session, const char *user, const uint8_t *key, size_t count) {
    void *abstract = session;
    int status = libssh2_userauth_publickey(session->library, user, key, count, sign, &abstract);
    if (status != LIBSSH2_ERROR_EAGAIN) {
        session->question.to = session->answer.to = 0;
        session->has_answer = false;
    }
    return status;
}

size_t cssh_to_sign(const struct cssh_session *session, const uint8_t **data) {
    *data = session->question.start;
    return session->has_answer ? 0 : session->question.to;
}

void cssh_signature(struct cssh_session *session, const void *signature, size_t count) {
    session->answer.to = 0;
    if (count > 0 && !append(&session->answer, signature, count)) session->answer.to = 0;
    session->has_answer = true;
}

/* --- Channels */

static int opened(struct cssh_session *session, LIBSSH2_CHANNEL *library, struct cssh_channel **channel) {
    *channel = NULL;
    if (!library) {
        int status = libssh2_session_last_errno(session->library);
        return status < 0 ? status : CSSH_CHANNEL_FAILURE;
    }
    void *abstract = session;
    *channel = allocate(sizeof **channel, &abstract);
    if (!*channel) return CSSH_MEMORY;
    **channel = (struct cssh_channel){.session = session, .library = library};
    return CSSH_DONE;
}

int cssh_open_session(struct cssh_session *session, struct cssh_channel **channel) {
    return opened(session,
                  libssh2_channel_open_ex(session->library, "session", 7, CSSH_WINDOW, LIBSSH2_CHANNEL_PACKET_DEFAULT, NULL, 0),
                  channel);
}

int cssh_open_forward(struct cssh_session *session, const char *host, uint16_t port, struct cssh_channel **channel) {
    return opened(session, libssh2_channel_direct_tcpip_ex(session->library, host, port, "127.0.0.1", 0), channel);
}

int cssh_exec(struct cssh_channel *channel, const void *command, size_t count) {
    return libssh2_channel_process_startup(channel->library, "exec", 4, command, (unsigned)count);
}

int64_t cssh_read(struct cssh_channel *channel, int stream, void *buffer, size_t room) {
    return libssh2_channel_read_ex(channel->library, stream, buffer, room);
}

int64_t cssh_write(struct cssh_channel *channel, const void *bytes, size_t count) {
    return libssh2_channel_write_ex(channel->library, 0, bytes, count);
}

int cssh_send_end(struct cssh_channel *channel) { return libssh2_channel_send_eof(channel->library); }

int cssh_is_over(struct cssh_channel *channel) {
    return libssh2_channel_eof(channel->library) == 1 ? libssh2_channel_wait_closed(channel->library) : CSSH_AGAIN;
}

int cssh_exit_status(struct cssh_channel *channel) { return libssh2_channel_get_exit_status(channel->library); }

size_t cssh_exit_signal(struct cssh_channel *channel, char *name, size_t room) {
    char *text = NULL;
    size_t count = 0;
    if (libssh2_channel_get_exit_signal(channel->library, &text, &count, NULL, NULL, NULL, NULL) != 0 || !text) return 0;
    if (count > room) count = room;
    memcpy(name, text, count);
    libssh2_free(channel->session->library, text);
    return count;
}

int cssh_close(struct cssh_channel *channel) {
    int status = libssh2_channel_free(channel->library);
    if (status == LIBSSH2_ERROR_EAGAIN) return status;
    void *abstract = channel->session;
    release(channel, &abstract);
    return status;
}

int cssh_ping(struct cssh_session *session) {
    int left = 0;
    libssh2_keepalive_config(session->library, 1, 1);
    return libssh2_keepalive_send(session->library, &left);
}

void cssh_goodbye(struct cssh_session *session) { (void)libssh2_session_disconnect_ex(session->library, 11, "", ""); }
