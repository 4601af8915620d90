// What the characters on both sides of an escape tell of the forms that may cover it.
#pragma once

#include "CValueScan.h"
#include "Gram.h"
#include "Text.h"

// A form has at least seven characters, so that one that covers an escape goes on for three characters to its left or to its
// right; where all have nine, for four. What these are tells most escapes apart from values before anything is written.

enum { BESIDE = 4, LEAST = 2 * BESIDE + 1, ANY = EVS_IN_FORM | EVS_IN_HEX };

static inline unsigned beside(const evs_forms *forms) { return forms->least >= LEAST && forms->digits >= LEAST ? BESIDE : BESIDE - 1; }

// How a text is read: each backslash quotes; or escapes are decoded; or decoded, where a backslash that comes of it begins another.
enum reading_of_text { QUOTED, DECODED, DECODED_TWICE };

// Four characters on a side of an escape, of which one may not count, and the kinds of forms in which they may stand.
typedef struct {
    uint32_t characters;
    unsigned kinds;
    int is_known;
} side;

static inline side left_side(const evs_forms *forms, uint32_t four) {
    const uint8_t *classes = forms->classes;
    unsigned kinds = classes[four >> 24] & classes[four >> 16 & 0xFF] & classes[four >> 8 & 0xFF];
    return (side){four, beside(forms) == BESIDE ? kinds & classes[four & 0xFF] : kinds, 1};
}

static inline side right_side(
    const evs_forms *forms, enum reading_of_text how, const uint8_t *text, size_t place, size_t end, int is_indenting
) {
    const uint8_t *classes = forms->classes;
    const unsigned wanted = beside(forms);
    side right = {0, ANY, 1};
    for (unsigned count = 0; count < wanted && right.kinds != 0;) {
        if (place >= end) return (side){0, right.kinds, 0};
        uint8_t byte = text[place++];
        if (byte == '\\') {
            if (place >= end) return (side){0, right.kinds, 0};
            byte = text[place++];
            if (how != QUOTED) byte = short_escapes[byte];
            if (how != QUOTED && (byte == 0 || (how == DECODED_TWICE && byte == '\\'))) return (side){0, right.kinds, 0};
            if (how != QUOTED && is_control(byte)) {
                is_indenting |= byte == 0x0A || byte == 0x0D;
                continue;
            }
        }
        if (is_indenting && is_blank(byte)) {
            place = behind_blanks(text, place, end);
            continue;
        }
        is_indenting = 0;
        right.characters |= (uint32_t)byte << (8 * count++);
        right.kinds &= classes[byte];
    }
    return right;
}

static inline uint32_t is_known_gram(const evs_forms *forms, uint32_t gram) {
    uint32_t bit = gram_bit(gram, forms->shift);
    return forms->bitmap[bit >> 3] >> (bit & 7) & 1;
}

// Whether the four characters, and those on a side of which it has three, may be in a row in a form.
static inline int is_told(const evs_forms *forms, side of, uint32_t four) {
    if (!(of.kinds & EVS_IN_FORM)) return 0;
    return !of.is_known || (is_known_gram(forms, four) && (beside(forms) < BESIDE || is_known_gram(forms, of.characters)));
}

// Whether forms may cover `byte`, decoded, between the two sides; or lie on both sides of it where it is left out.
static inline int covers(const evs_forms *forms, uint8_t byte, side left, side right) {
    unsigned kinds = left.kinds | right.kinds;
    uint32_t to_left = left.characters >> 8, to_right = right.characters << 8;
    if (is_control(byte)) {
        if (left.is_known) kinds &= forms->classes[left.characters >> 24];
        if (right.is_known) kinds &= forms->classes[right.characters & 0xFF];
        if (!left.is_known || !right.is_known) return kinds != 0;
        to_left |= right.characters << 24;
        to_right |= left.characters >> 24;
    } else {
        kinds &= forms->classes[byte];
        to_left |= (uint32_t)byte << 24;
        to_right |= byte;
    }
    if (kinds & EVS_IN_HEX) return 1;
    if (!(kinds & EVS_IN_FORM)) return 0;
    return is_told(forms, left, to_left) || is_told(forms, right, to_right);
}
