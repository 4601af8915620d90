#include "CValueScan.h"
#include "Gram.h"
#include "Text.h"

// A form has at least seven characters, so that one that covers an escape goes on for three characters to its left or to its
// right. What these are tells most escapes apart from values before anything is written.

enum { BESIDE = 3, ANY = EVS_IN_FORM | EVS_IN_HEX };

// How a text is read: each backslash quotes; or escapes are decoded; or decoded, where a backslash that comes of it begins another.
enum reading_of_text { QUOTED, DECODED, DECODED_TWICE };

// The three characters on a side of an escape, as the low bytes of a number, and the kinds of forms in which they may stand.
typedef struct {
    uint32_t characters;
    unsigned kinds;
    int is_known;
} side;

static inline side left_side(const uint8_t *classes, uint32_t last_four) {
    uint32_t three = last_four >> 8;
    return (side){three, classes[three & 0xFF] & classes[three >> 8 & 0xFF] & classes[three >> 16], 1};
}

static inline side right_side(
    const uint8_t *classes, enum reading_of_text how, const uint8_t *text, size_t place, size_t end, int is_indenting
) {
    side right = {0, ANY, 1};
    for (unsigned count = 0; count < BESIDE && right.kinds != 0;) {
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

// Whether forms may cover `byte`, decoded, between the two sides; or lie on both sides of it where it is left out.
static inline int covers(const evs_forms *forms, uint8_t byte, side left, side right) {
    unsigned kinds = left.kinds | right.kinds;
    uint32_t to_left, to_right;
    if (is_control(byte)) {
        if (left.is_known) kinds &= forms->classes[left.characters >> 16];
        if (right.is_known) kinds &= forms->classes[right.characters & 0xFF];
        if (!left.is_known || !right.is_known) return kinds != 0;
        to_left = left.characters | right.characters << 24;
        to_right = left.characters >> 16 | right.characters << 8;
    } else {
        kinds &= forms->classes[byte];
        to_left = left.characters | (uint32_t)byte << 24;
        to_right = byte | right.characters << 8;
    }
    if (kinds & EVS_IN_HEX) return 1;
    if (!(kinds & EVS_IN_FORM)) return 0;
    return (left.kinds & EVS_IN_FORM && (!left.is_known || is_known_gram(forms, to_left)))
        || (right.kinds & EVS_IN_FORM && (!right.is_known || is_known_gram(forms, to_right)));
}

// The last four characters, when `byte` or those from `start` to `end` have come.
static inline uint32_t shifted(uint32_t four, uint8_t byte) { return four >> 8 | (uint32_t)byte << 24; }

static inline uint32_t passed(uint32_t four, const uint8_t *text, size_t start, size_t end) {
    if (end - start >= 4) __builtin_memcpy(&four, text + end - 4, 4);
    else while (start < end) four = shifted(four, text[start++]);
    return four;
}

static inline int has_backslash(uint32_t four) {
    return (four & 0xFF) == '\\' || (four >> 8 & 0xFF) == '\\' || (four >> 16 & 0xFF) == '\\' || four >> 24 == '\\';
}

size_t evs_next_doubt(const evs_forms *forms, const uint8_t *text, size_t base, size_t start, size_t end) {
    const uint8_t *classes = forms->classes;
    // The last four characters before a place, as they are read in two ways, and whether a blank would be indentation there.
    uint32_t quoted = 0, decoded = 0;
    int is_indenting = 0;
    size_t read = start - base < 4 ? base : start - 4;
    for (size_t place = start;;) {
        place = next_stop((stops){0, '\\', '\\', '\\'}, text, place, end);
        if (place + 1 >= end || forms->least == 0) return place;
        uint8_t letter = text[place + 1], byte = short_escapes[letter];
        if (byte == 0) return place;
        quoted = passed(quoted, text, read, place);
        if (is_indenting) {
            while (read < place && is_blank(text[read])) read++;
            is_indenting = read == place;
        }
        decoded = passed(decoded, text, read, place);
        read = place + 2;
        // The nearest characters rule most out.
        unsigned nearest = read < end && text[read] != '\\' ? classes[text[read]] : ANY;
        if (classes[letter] & (classes[quoted >> 24] | nearest)) {
            side right = right_side(classes, QUOTED, text, read, end, 0);
            if (covers(forms, letter, left_side(classes, quoted), right)) return place;
        }
        side left = left_side(classes, decoded);
        int is_break = byte == 0x0A || byte == 0x0D;
        if (is_control(byte) ? classes[decoded >> 24] != 0 : classes[byte] & (classes[decoded >> 24] | nearest)) {
            if (covers(forms, byte, left, right_side(classes, DECODED, text, read, end, is_indenting | is_break))) return place;
        }
        if (has_backslash(decoded)) left = (side){0, ANY, 0};
        if (byte == '\\') {
            // What follows is an escape when it is decoded once more.
            if (read + 1 >= end) return place;
            size_t behind = read + 1;
            uint8_t next = text[read];
            if (next == '\\') {
                next = short_escapes[text[behind++]];
                if (next == 0 || is_control(next)) return place;
            }
            uint8_t twice = short_escapes[next];
            int breaks = twice == 0x0A || twice == 0x0D;
            if (twice == 0) return place;
            if (is_control(twice) || classes[twice] != 0) {
                if (covers(forms, twice, left, right_side(classes, DECODED_TWICE, text, behind, end, breaks))) return place;
            }
        }
        quoted = shifted(quoted, letter);
        if (!is_control(byte) && !(is_indenting && is_blank(byte))) {
            decoded = shifted(decoded, byte);
            is_indenting = 0;
        }
        is_indenting |= is_break;
        place = read;
    }
}
