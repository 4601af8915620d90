#define _GNU_SOURCE
#include "session.h"

#include <stdlib.h>
#include <string.h>

void *cssh_allocate(size_t count, void **abstract) {
    struct cssh_session *session = *abstract;
    if (count > session->memory || session->held > session->memory - count) return NULL;
    struct cssh_block *block = malloc(sizeof *block + count);
    if (!block) return NULL;
    *block = (struct cssh_block){.next = session->blocks.next, .previous = &session->blocks, .size = count};
    block->next->previous = block;
    session->blocks.next = block;
    session->held += count;
    return block + 1;
}

void cssh_release(void *pointer, void **abstract) {
    if (!pointer) return;
    struct cssh_session *session = *abstract;
    struct cssh_block *block = (struct cssh_block *)pointer - 1;
    block->next->previous = block->previous;
    block->previous->next = block->next;
    session->held -= block->size;
    explicit_bzero(pointer, block->size);
    free(block);
}

void *cssh_reallocate(void *pointer, size_t count, void **abstract) {
    void *moved = cssh_allocate(count, abstract);
    if (!moved || !pointer) return moved;
    size_t old = ((struct cssh_block *)pointer - 1)->size;
    memcpy(moved, pointer, old < count ? old : count);
    cssh_release(pointer, abstract);
    return moved;
}

bool cssh_append(struct cssh_bytes *bytes, const void *more, size_t count) {
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

void cssh_empty(struct cssh_bytes *bytes) {
    free(bytes->start);
    *bytes = (struct cssh_bytes){0};
}
