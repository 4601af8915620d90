#pragma once

/* What the files of the fence share, and nobody else. */

#include "CSSH2.h"
#include "library.h"

/* In front of each block of the library: its size, and its neighbours, so that all can be freed with the session. */
struct cssh_block {
    struct cssh_block *next, *previous;
    size_t size, padding;
};

struct cssh_bytes {
    uint8_t *start;
    size_t from, to, room;
};

struct cssh_session {
    LIBSSH2_SESSION *library;
    struct cssh_block blocks;
    size_t held, memory;
    struct cssh_bytes input, output, question, answer;
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

/* The memory of the library: counted, wiped, freed with the session. `*abstract` is the session. */
void *cssh_allocate(size_t count, void **abstract);
void cssh_release(void *pointer, void **abstract);
void *cssh_reallocate(void *pointer, size_t count, void **abstract);
/* Adds to the end of `bytes`, whose memory is the fence's own. False: no memory. */
bool cssh_append(struct cssh_bytes *bytes, const void *more, size_t count);
void cssh_empty(struct cssh_bytes *bytes);
