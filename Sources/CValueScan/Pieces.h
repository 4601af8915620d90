// How a text is written piece by piece.
#pragma once

#include "CValueScan.h"
#include "Text.h"

// Copies up to the first byte at which it stops and gives its place. Whole parts are written, so that up to 15 bytes behind the
// copy are overwritten.
static inline size_t copy_until(stops at, const uint8_t *text, size_t place, size_t end, uint8_t *to) {
    const size_t start = place;
#if defined(__SSE2__)
    for (; place + PART <= end; place += PART) {
        __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(text + place));
        _mm_storeu_si128((__m128i *)(void *)(to + (place - start)), part);
        unsigned found = stops_of(at, part);
        if (found != 0) return place + (size_t)__builtin_ctz(found);
    }
#endif
    for (; place < end && !is_stop(at, text[place]); place++) to[place - start] = text[place];
    return place;
}

static inline void add_piece(evs_text *out, size_t from, size_t width) {
    out->pieces[out->piece_count++] = (evs_piece){(uint16_t)out->count, (uint16_t)width, (uint32_t)from};
}

// What has been copied behind the end is text.
static inline void add_run(evs_text *out, size_t from, size_t place) {
    if (place == from) return;
    add_piece(out, from, 0);
    out->count += (uint32_t)(place - from);
}

// An escape, or what may become one. What is still open where no escape is so long is none.
static inline int counts(const evs_token *token, size_t left, int is_last) {
    return token->reading == EVS_TOKEN || (token->reading == EVS_OPEN && !is_last && left < EVS_LONGEST_ESCAPE);
}
