#define _GNU_SOURCE
#include "session.h"

#include <string.h>

static bool offers(const char *list, const char *method) {
    size_t count = strlen(method);
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, method, count) == 0 && (at[count] == ',' || at[count] == 0)) return true;
    return false;
}

int cssh_auth_offers(struct cssh_session *session, const char *user, uint32_t *found) {
    const char *list = ssh2.userauth_list(session->library, user, (unsigned)strlen(user));
    *found = 0;
    if (!list) {
        *found = ssh2.userauth_authenticated(session->library) ? CSSH_AUTHENTICATED : 0;
        return *found ? CSSH_DONE : ssh2.session_last_errno(session->library);
    }
    if (offers(list, "password")) *found |= CSSH_OFFERS_PASSWORD;
    if (offers(list, "keyboard-interactive")) *found |= CSSH_OFFERS_INTERACTIVE;
    if (offers(list, "publickey")) *found |= CSSH_OFFERS_KEY;
    return CSSH_DONE;
}

int cssh_auth_password(struct cssh_session *session, const char *user, const void *password, size_t count) {
    return ssh2.userauth_password_ex(session->library, user, (unsigned)strlen(user), password, (unsigned)count, NULL);
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
        char *text = cssh_allocate(session->password_count + 1, abstract);
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
    int status = ssh2.userauth_keyboard_interactive_ex(session->library, user, (unsigned)strlen(user), respond);
    session->password = NULL;
    session->password_count = 0;
    session->is_asking = status == LIBSSH2_ERROR_EAGAIN;
    return status;
}

bool cssh_asked_more(const struct cssh_session *session) { return session->asked_more; }

int cssh_auth_key(struct cssh_session *session, const char *user, const void *key, size_t count, const void *passphrase,
                  size_t passphrase_count, const void *public_key, size_t public_count) {
    void *abstract = session;
    char *text = cssh_allocate(passphrase_count + 1, &abstract);
    if (!text) return CSSH_MEMORY;
    if (passphrase_count > 0) memcpy(text, passphrase, passphrase_count);
    text[passphrase_count] = 0;
    int status = ssh2.userauth_publickey_frommemory(session->library, user, strlen(user),
                                                       public_count > 0 ? public_key : NULL, public_count, key, count, text);
    cssh_release(text, &abstract);
    return status;
}

/* Called for each attempt; keeps what is to be signed and comes back when the signature is there. */
static int sign(LIBSSH2_SESSION *library, unsigned char **signature, size_t *signature_count, const unsigned char *data,
                size_t count, void **abstract) {
    (void)library;
    struct cssh_session *session = *abstract;
    if (!session->has_answer) {
        session->question.from = session->question.to = 0;
        return cssh_append(&session->question, data, count) ? LIBSSH2_ERROR_EAGAIN : LIBSSH2_ERROR_ALLOC;
    }
    if (session->answer.to == 0) return LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED;
    *signature = cssh_allocate(session->answer.to, abstract);
    if (!*signature) return LIBSSH2_ERROR_ALLOC;
    memcpy(*signature, session->answer.start, session->answer.to);
    *signature_count = session->answer.to;
    return 0;
}

int cssh_auth_public(struct cssh_session *session, const char *user, const uint8_t *key, size_t count) {
    void *abstract = session;
    int status = ssh2.userauth_publickey(session->library, user, key, count, sign, &abstract);
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
    if (count > 0 && !cssh_append(&session->answer, signature, count)) session->answer.to = 0;
    session->has_answer = true;
}
