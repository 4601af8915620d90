// The characters before an escape, as they are read in two ways.
#pragma once

#include "Text.h"
#include "Wide.h"

// How a text stands at a place.
typedef struct {
    // The last four characters, where each backslash quotes, and decoded.
    uint32_t quoted, decoded;
    // Whether a blank would be indentation, and how many characters are decoded that are known.
    int is_indenting, known;
    size_t read;
} reader;

static inline uint32_t shifted(uint32_t four, uint8_t byte) { return four >> 8 | (uint32_t)byte << 24; }

static inline void take(reader *r, uint8_t byte) {
    if (is_control(byte)) {
        r->is_indenting |= byte == 0x0A || byte == 0x0D;
    } else if (!r->is_indenting || !is_blank(byte)) {
        r->is_indenting = 0;
        r->decoded = shifted(r->decoded, byte);
        r->known++;
    }
}

// Reads up to `place`. There are only escapes of two characters.
static void read_on(reader *r, const uint8_t *text, size_t place) {
    while (r->read < place) {
        uint8_t byte = text[r->read];
        size_t width = byte == '\\' && r->read + 1 < place ? 2 : 1;
        uint8_t letter = text[r->read + width - 1];
        r->quoted = shifted(r->quoted, letter);
        if (width == 1) {
            if (!r->is_indenting || !is_blank(byte)) r->is_indenting = 0, r->decoded = shifted(r->decoded, byte), r->known++;
        } else {
            take(r, short_escapes[letter]);
        }
        r->read += width;
    }
}

// How far back a reader starts anew, rather than to read on from where it is.
static const size_t near[] = {12, 40};

// Brings a reader to `place`. `escapes`: a bit for each of the 64 bytes before it at which an escape begins, the nearest the highest; as far as
// they are behind what has been read.
static inline void bring(reader *r, const uint8_t *text, size_t place, uint64_t escapes) {
    size_t left = place - r->read;
    // The bytes before it that are no part of an escape. With another character before them, the last four are no indentation.
    size_t plain = escapes == 0 ? WIDE : (size_t)__builtin_clzll(escapes);
    if (plain > left) plain = left;
    if (plain > 4) {
        size_t first = place - plain + 1, other = place - 4;
        while (other > first && is_blank(text[other])) other--;
        if (!is_blank(text[other])) {
            __builtin_memcpy(&r->quoted, text + place - 4, 4);
            r->decoded = r->quoted;
            r->is_indenting = 0;
            r->read = place;
            return;
        }
    }
    for (size_t index = 0; index < sizeof near / sizeof near[0] && left > near[index]; index++) {
        // Blanks that come first may be indentation or not: what counts begins behind them.
        reader anew = {0, 0, 1, 0, place - near[index] + (escapes >> (63 - near[index]) & 1)};
        read_on(&anew, text, place);
        if (anew.known < 4) continue;
        *r = anew;
        return;
    }
    read_on(r, text, place);
}
