// The bytes that texts are cut at, and sixteen of them at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { PART = 16 };

static inline int is_control(uint8_t byte) { return (byte < 0x20 && byte != 0x09) || byte == 0x7F; }
static inline int is_blank(uint8_t byte) { return byte == 0x20 || byte == 0x09; }

// The bytes at which a copy stops.
typedef struct {
    int controls;
    uint8_t first, second, third;
} stops;

static inline int is_stop(stops at, uint8_t byte) {
    return at.controls ? is_control(byte) : byte == at.first || byte == at.second || byte == at.third;
}

#if defined(__SSE2__)
static inline __m128i found_in(stops at, __m128i part) {
    if (at.controls) {
        __m128i below = _mm_cmpeq_epi8(_mm_min_epu8(part, _mm_set1_epi8(0x1F)), part);
        return _mm_or_si128(
            _mm_andnot_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8(0x09)), below), _mm_cmpeq_epi8(part, _mm_set1_epi8(0x7F)));
    }
    __m128i found = _mm_cmpeq_epi8(part, _mm_set1_epi8((char)at.first));
    if (at.second != at.first) found = _mm_or_si128(found, _mm_cmpeq_epi8(part, _mm_set1_epi8((char)at.second)));
    if (at.third != at.first) found = _mm_or_si128(found, _mm_cmpeq_epi8(part, _mm_set1_epi8((char)at.third)));
    return found;
}

static inline unsigned stops_of(stops at, __m128i part) { return (unsigned)_mm_movemask_epi8(found_in(at, part)); }
#endif

// The first byte that is a stop; else `end`.
static inline size_t next_stop(stops at, const uint8_t *text, size_t place, size_t end) {
#if defined(__SSE2__)
    for (; place + 4 * PART <= end; place += 4 * PART) {
        const __m128i *parts = (const __m128i *)(const void *)(text + place);
        __m128i any = _mm_or_si128(
            _mm_or_si128(found_in(at, _mm_loadu_si128(parts)), found_in(at, _mm_loadu_si128(parts + 1))),
            _mm_or_si128(found_in(at, _mm_loadu_si128(parts + 2)), found_in(at, _mm_loadu_si128(parts + 3))));
        if (_mm_movemask_epi8(any) != 0) break;
    }
    for (; place + PART <= end; place += PART) {
        unsigned found = stops_of(at, _mm_loadu_si128((const __m128i *)(const void *)(text + place)));
        if (found != 0) return place + (size_t)__builtin_ctz(found);
    }
#endif
    while (place < end && !is_stop(at, text[place])) place++;
    return place;
}

// The first byte that is no blank; else `end`.
static inline size_t behind_blanks(const uint8_t *text, size_t place, size_t end) {
#if defined(__SSE2__)
    for (; place + PART <= end; place += PART) {
        __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(text + place));
        __m128i blank = _mm_or_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8(0x20)), _mm_cmpeq_epi8(part, _mm_set1_epi8(0x09)));
        unsigned other = ~(unsigned)_mm_movemask_epi8(blank) & 0xFFFF;
        if (other != 0) return place + (size_t)__builtin_ctz(other);
    }
#endif
    while (place < end && is_blank(text[place])) place++;
    return place;
}

// What a backslash and a character stand for; 0 where it takes more characters to tell.
static const uint8_t short_escapes[256] = {
#define FOUR(c) c, c + 1, c + 2, c + 3
#define SIXTEEN(c) FOUR(c), FOUR(c + 4), FOUR(c + 8), FOUR(c + 12)
    0, FOUR(1), FOUR(5), FOUR(9), 13, 14, 15, SIXTEEN(16), SIXTEEN(32),
    0, 0, 0, 0, 0, 0, 0, 0, '8', '9', ':', ';', '<', '=', '>', '?',
    '@', 'A', 'B', 'C', 'D', 7, 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O',
    'P', 'Q', 'R', 'S', 'T', 0, 'V', 'W', 'X', 'Y', 'Z', '[', '\\', ']', '^', '_',
    '`', 7, 7, 'c', 'd', 7, 7, 'g', 'h', 'i', 'j', 'k', 'l', 'm', 0x0A, 'o',
    'p', 'q', 0x0D, 's', 0x09, 0, 7, 'w', 0, 'y', 'z', '{', '|', '}', '~', 127,
    SIXTEEN(128), SIXTEEN(144), SIXTEEN(160), SIXTEEN(176), SIXTEEN(192), SIXTEEN(208), SIXTEEN(224), SIXTEEN(240),
#undef SIXTEEN
#undef FOUR
};
