#include "CValueScan.h"

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
static inline unsigned stops_of(stops at, __m128i part) {
    __m128i found;
    if (at.controls) {
        __m128i below = _mm_cmpeq_epi8(_mm_min_epu8(part, _mm_set1_epi8(0x1F)), part);
        found = _mm_or_si128(
            _mm_andnot_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8(0x09)), below), _mm_cmpeq_epi8(part, _mm_set1_epi8(0x7F)));
    } else {
        found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8((char)at.first)),
            _mm_cmpeq_epi8(part, _mm_set1_epi8((char)at.second))), _mm_cmpeq_epi8(part, _mm_set1_epi8((char)at.third)));
    }
    return (unsigned)_mm_movemask_epi8(found);
}
#endif

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

size_t evs_read_output(const uint8_t *text, size_t start, size_t end, int stops_at_escape, evs_text *out) {
    size_t place = start;
    while (place < end) {
        if (out->is_indenting) {
            while (place < end && is_blank(text[place])) place++;
            if (place == end) break;
            out->is_indenting = 0;
        }
        size_t from = place;
        place = copy_until((stops){.controls = 1}, text, place, end, out->text + out->count);
        if (place > from) {
            add_piece(out, from, 0);
            out->count += (uint32_t)(place - from);
        }
        if (place == end) break;
        uint8_t byte = text[place];
        if (byte == 0x1B && stops_at_escape) break;
        if (byte == 0x0A || byte == 0x0D) out->is_indenting = 1;
        place++;
    }
    return place;
}

static inline void add_token(evs_text *out, const evs_token *token, size_t from) {
    add_piece(out, from, token->width);
    for (size_t index = 0; index < token->count; index++) {
        uint8_t byte = token->bytes[index];
        if (is_control(byte)) {
            if (byte == 0x0A || byte == 0x0D) out->is_indenting = 1;
            continue;
        }
        if (out->is_indenting && is_blank(byte)) continue;
        out->is_indenting = 0;
        out->text[out->count++] = byte;
    }
}

static inline size_t decode(
    enum evs_kind kind, stops at, const uint8_t *text, size_t start, size_t end, int is_last, evs_text *out
) {
    size_t place = start;
    while (place < end) {
        if (out->is_indenting) {
            size_t from = place;
            while (place < end && is_blank(text[place])) place++;
            if (place > from) add_piece(out, from, place - from);
            if (place == end) break;
            if (!is_stop(at, text[place])) out->is_indenting = 0;
        }
        size_t from = place;
        place = copy_until(at, text, place, end, out->text + out->count);
        // A trigger that is no escape belongs to the run, and the piece is written when the run ends.
        while (place < end) {
            evs_token token = evs_read_escape(kind, text, place, end, is_last);
            if (token.reading == EVS_TOKEN || (token.reading == EVS_OPEN && !is_last && end - place < EVS_LONGEST_ESCAPE)) {
                if (place > from) {
                    add_piece(out, from, 0);
                    out->count += (uint32_t)(place - from);
                }
                if (token.reading == EVS_OPEN) return place;
                add_token(out, &token, place);
                place += token.width;
                from = place;
                break;
            }
            out->is_indenting = 0;
            out->text[out->count + (place - from)] = text[place];
            place++;
            place = copy_until(at, text, place, end, out->text + out->count + (place - from));
        }
        if (place > from) {
            add_piece(out, from, 0);
            out->count += (uint32_t)(place - from);
        }
    }
    return place;
}

size_t evs_decode(enum evs_kind kind, const uint8_t *text, size_t start, size_t end, int is_last, evs_text *out) {
    // Each kind has a loop of its own, in which the bytes it stops at are constants.
    switch (kind) {
    case EVS_BACKSLASH_ESCAPES: return decode(kind, (stops){0, '\\', '\\', '\\'}, text, start, end, is_last, out);
    case EVS_BACKSLASHES: return decode(kind, (stops){0, '\\', '\\', '\\'}, text, start, end, is_last, out);
    case EVS_QUOTES: return decode(kind, (stops){0, '\'', '\'', '\''}, text, start, end, is_last, out);
    case EVS_PERCENT: return decode(kind, (stops){0, '%', '%', '%'}, text, start, end, is_last, out);
    case EVS_ENTITIES: return decode(kind, (stops){0, '&', '&', '&'}, text, start, end, is_last, out);
    case EVS_MIXED: return decode(kind, (stops){0, '\\', '%', '&'}, text, start, end, is_last, out);
    }
    return start;
}
