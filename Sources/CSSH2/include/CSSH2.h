#pragma once

/*
 * libssh2 as a machine from bytes to bytes: what the server sent is fed in, what is to be sent is taken out. The library
 * sees no socket, no file, no clock to wait on and no agent, so one thread can drive many sessions over any transport.
 *
 * What the library allocates is counted and bounded per session, wiped when freed, and freed with the session even where
 * the library forgets it. A function that takes part in the protocol returns CSSH_DONE, CSSH_AGAIN (feed more, then call it
 * again with the same arguments), or a LIBSSH2_ERROR_ number (negative). Only one such function of a session may be between
 * two calls at a time, but for reading, writing and closing channels.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(default)

#define CSSH_DONE 0
#define CSSH_AGAIN (-37)

/* The LIBSSH2_ERROR_ numbers that the room tells apart. */
enum cssh_error {
    CSSH_BANNER = -2,
    CSSH_KEX_FAILURE = -5,
    CSSH_MEMORY = -6,
    CSSH_KEY_EXCHANGE = -8,
    CSSH_DISCONNECTED = -13,
    CSSH_PASSWORD_EXPIRED = -15,
    CSSH_KEY_FILE = -16,
    CSSH_REFUSED = -18,
    CSSH_UNVERIFIED = -19,
    CSSH_CHANNEL_FAILURE = -21,
    CSSH_CHANNEL_DENIED = -22,
    CSSH_INVALID = -34,
    CSSH_KEY_PASSPHRASE = -48,
};

/* What an answer of authentication says beside it, as bits. */
#define CSSH_OFFERS_PASSWORD 1u
#define CSSH_OFFERS_INTERACTIVE 2u
#define CSSH_OFFERS_KEY 4u
#define CSSH_AUTHENTICATED 8u

/* The lists of algorithms, by the numbers of libssh2. */
enum cssh_list { CSSH_KEX = 0, CSSH_HOST_KEY = 1, CSSH_CIPHER = 2, CSSH_MAC = 4 };

struct cssh_session;
struct cssh_channel;

/* What came of looking for libssh2 on this machine. */
enum cssh_load {
    CSSH_LOADED,
    /* There is no libssh2.so.1 where the dynamic linker looks, or it cannot be loaded. */
    CSSH_NO_LIBRARY,
    /* It has not all functions that are needed, so that none is used. */
    CSSH_LACKING,
};

/* Loads the library when that is not done: by its one name, where the dynamic linker looks (dlopen(3)). Every function below
 * needs it to be loaded. What failed is tried anew at the next call. `*lacking`: the function that is missing, or NULL. */
enum cssh_load cssh_load(const char **lacking);

/* The file it was loaded from, as the dynamic linker found it; NULL: unknown. */
const char *cssh_path(void);
/* The version of the loaded library, such as "1.10.0", and whether it is this or newer, such as 0x010a00. */
const char *cssh_version(void);
bool cssh_is_version(int number);

/* `memory`: the most bytes the library may hold; `input`: the most bytes that may wait to be read by it. NULL: no memory. */
struct cssh_session *cssh_new(size_t memory, size_t input);
/* Ends it with all its channels. Sends nothing. */
void cssh_free(struct cssh_session *session);

/* Bytes, in turn. `cssh_room` is how many may be fed now; feeding more is a fault of the caller and aborts. */
size_t cssh_room(const struct cssh_session *session);
void cssh_feed(struct cssh_session *session, const void *bytes, size_t count);
/* How many fed bytes the library has not read. */
size_t cssh_unread(const struct cssh_session *session);
/* What is to be sent. It is there until `cssh_sent` or the next call that takes part in the protocol. */
size_t cssh_output(const struct cssh_session *session, const uint8_t **bytes);
void cssh_sent(struct cssh_session *session, size_t count);
/* As long as more than this waits to be sent, nothing fed is read: the library answers some packets at once. */
void cssh_limit_output(struct cssh_session *session, size_t count);

/* The names of the list that the library has, in order, separated by commas, into `text`; its length. */
size_t cssh_algorithms(struct cssh_session *session, enum cssh_list list, char *text, size_t room);
/* The order of preference, before the handshake; names the library has not are left out. CSSH_INVALID: it has none. */
int cssh_prefer(struct cssh_session *session, enum cssh_list list, const char *names);

/* Whether the server has said that it ends the connection (SSH_MSG_DISCONNECT): some errors hide that. */
bool cssh_is_dismissed(const struct cssh_session *session);

int cssh_handshake(struct cssh_session *session);
/* The server's public key (RFC 4253, 6.6), there as long as the session. */
size_t cssh_host_key(struct cssh_session *session, const uint8_t **key);

/* Asks what the server would take (`none`, RFC 4252, 5.2) and says it in CSSH_OFFERS_ bits. */
int cssh_auth_offers(struct cssh_session *session, const char *user, uint32_t *offers);
int cssh_auth_password(struct cssh_session *session, const char *user, const void *password, size_t count);
/* Answers the first prompt that is not echoed with the password, once; every other with nothing. */
int cssh_auth_interactive(struct cssh_session *session, const char *user, const void *password, size_t count);
/* Whether the server asked for something else than the one password. */
bool cssh_asked_more(const struct cssh_session *session);
/* `key`: the text of a private key file; `passphrase`: without NUL; `public_key`: its public key as a line of text, or empty:
 * then the library opens the key a second time to find it. */
int cssh_auth_key(struct cssh_session *session, const char *user, const void *key, size_t count, const void *passphrase,
                  size_t passphrase_count, const void *public_key, size_t public_count);
/* A key whose signatures come from elsewhere. After CSSH_AGAIN, when `cssh_to_sign` gives something, it waits for
 * `cssh_signature`: the signature without its algorithm's name; none (count 0) gives the key up. */
int cssh_auth_public(struct cssh_session *session, const char *user, const uint8_t *key, size_t count);
size_t cssh_to_sign(const struct cssh_session *session, const uint8_t **data);
void cssh_signature(struct cssh_session *session, const void *signature, size_t count);

/* Bytes of a channel that may come before they are read, so what a channel holds at most. */
#define CSSH_WINDOW (256 * 1024)

/* Opening, in two steps: the channel, then the command in it. `*channel` is set when the first is done. */
int cssh_open_session(struct cssh_session *session, struct cssh_channel **channel);
int cssh_open_forward(struct cssh_session *session, const char *host, uint16_t port, struct cssh_channel **channel);
int cssh_exec(struct cssh_channel *channel, const void *command, size_t count);

/* Number of bytes read of standard output (0) or standard error (1); 0: its end; CSSH_AGAIN, or an error. */
int64_t cssh_read(struct cssh_channel *channel, int stream, void *buffer, size_t room);
/* Number of bytes taken; CSSH_AGAIN: the server's window is full; or an error. */
int64_t cssh_write(struct cssh_channel *channel, const void *bytes, size_t count);
int cssh_send_end(struct cssh_channel *channel);
/* CSSH_DONE when the server has closed it, so that the exit status is there. */
int cssh_is_over(struct cssh_channel *channel);
/* The exit status (the library cannot tell 0 from none), or the name of a signal, cut to `room` bytes, and its length. */
int cssh_exit_status(struct cssh_channel *channel);
size_t cssh_exit_signal(struct cssh_channel *channel, char *name, size_t room);
/* Closes and frees it; not to be used after CSSH_DONE or an error. */
int cssh_close(struct cssh_channel *channel);

/* Asks the server for a sign of life (keepalive@libssh2.org). */
int cssh_ping(struct cssh_session *session);
/* Says goodbye. */
void cssh_goodbye(struct cssh_session *session);

#pragma GCC visibility pop
