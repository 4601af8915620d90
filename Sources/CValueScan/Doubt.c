#include "CValueScan.h"
#include "Gram.h"
#include "Text.h"
#include "Wide.h"

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

static inline int has_backslash(uint32_t four) {
    return (four & 0xFF) == '\\' || (four >> 8 & 0xFF) == '\\' || (four >> 16 & 0xFF) == '\\' || four >> 24 == '\\';
}

// The kinds of forms in which the character may stand that follows, decoded; and where each backslash quotes.
static inline unsigned kinds_nearest(const uint8_t *classes, const uint8_t *text, size_t place, size_t end) {
    return place < end && text[place] != '\\' ? classes[text[place]] : ANY;
}

static inline unsigned kinds_quoted(const uint8_t *classes, const uint8_t *text, size_t place, size_t end) {
    if (place + 1 >= end) return ANY;
    return classes[text[place] == '\\' ? text[place + 1] : text[place]];
}

// Whether forms may cover what the backslash at `place` begins; `r` is there. Of the text something follows.
static inline int is_in_doubt(const evs_forms *forms, const reader *r, const uint8_t *text, size_t place, size_t end) {
    const uint8_t *classes = forms->classes;
    uint8_t letter = text[place + 1], byte = short_escapes[letter];
    uint32_t quoted = r->quoted, decoded = r->decoded;
    size_t read = place + 2;
    // The nearest characters rule most out.
    unsigned nearest = kinds_nearest(classes, text, read, end);
    if (classes[letter] & (classes[quoted >> 24] | kinds_quoted(classes, text, read, end))) {
        side right = right_side(forms, QUOTED, text, read, end, 0);
        if (covers(forms, letter, left_side(forms, quoted), right)) return 1;
    }
    side left = left_side(forms, decoded);
    int is_break = byte == 0x0A || byte == 0x0D;
    if (is_control(byte) ? classes[decoded >> 24] != 0 : classes[byte] & (classes[decoded >> 24] | nearest)) {
        if (covers(forms, byte, left, right_side(forms, DECODED, text, read, end, r->is_indenting | is_break))) return 1;
    }
    if (byte != '\\') return 0;
    // What follows is an escape when it is decoded once more.
    if (has_backslash(decoded)) left = (side){0, ANY, 0};
    if (read + 1 >= end) return 1;
    size_t behind = read + 1;
    uint8_t next = text[read];
    if (next == '\\') {
        next = short_escapes[text[behind++]];
        if (next == 0 || is_control(next)) return 1;
    }
    uint8_t twice = short_escapes[next];
    int breaks = twice == 0x0A || twice == 0x0D;
    if (twice == 0) return 1;
    if (!is_control(twice) && classes[twice] == 0) return 0;
    return covers(forms, twice, left, right_side(forms, DECODED_TWICE, text, behind, end, breaks));
}

// Whether no form has the letter, nor what it stands for behind a backslash.
static inline int is_quiet(const uint8_t *classes, uint8_t letter) {
    uint8_t byte = short_escapes[letter];
    return byte != 0 && byte != '\\' && !is_control(byte) && (classes[letter] | classes[byte]) == 0;
}

// The kinds of forms in which the first character may stand that is decoded from `place` on, behind what is left out.
static inline unsigned kinds_behind(const uint8_t *classes, const uint8_t *text, size_t place, size_t end, int is_break) {
    if (is_break) place = behind_blanks(text, place, end);
    if (place + 1 >= end) return ANY;
    uint8_t byte = text[place];
    if (byte != '\\') return classes[byte];
    byte = short_escapes[text[place + 1]];
    return byte == '\\' || is_control(byte) || is_blank(byte) ? ANY : classes[byte];
}

// Whether the characters next to the escape at `place` tell alone that no form covers it. `is_behind_escape`: so the character before it is one
// that a backslash begins.
static inline int is_ruled_out(const uint8_t *classes, const uint8_t *text, size_t place, size_t end, int is_behind_escape) {
    uint8_t letter = text[place + 1], byte = short_escapes[letter], quoted = text[place - 1];
    uint8_t decoded = is_behind_escape ? short_escapes[quoted] : quoted;
    if (byte == '\\' || is_control(decoded) || is_blank(decoded)) return 0;
    if (classes[letter] & (classes[quoted] | kinds_quoted(classes, text, place + 2, end))) return 0;
    if (!is_control(byte)) return (classes[byte] & (classes[decoded] | kinds_nearest(classes, text, place + 2, end))) == 0;
    return classes[decoded] == 0
        || (classes[decoded] & kinds_behind(classes, text, place + 2, end, byte == 0x0A || byte == 0x0D)) == 0;
}

// The backslashes that begin an escape of two characters, of those in 64 bytes: each other one in a row.
static inline uint64_t beginning(uint64_t backslashes) {
    const uint64_t even = UINT64_C(0x5555555555555555);
    uint64_t first = backslashes & ~(backslashes << 1);
    // Adding its first bit carries through a row.
    uint64_t from_even = backslashes & ~(backslashes + (first & even));
    return (from_even & even) | (backslashes & ~from_even & ~even);
}

// Looks at 64 bytes at a time up to the last ones. Gives the first place in doubt, or the end with where it stopped in `next`.
CLONES static size_t doubt_wide(const evs_forms *forms, reader *r, const uint8_t *text, size_t *next, size_t end) {
    const int quotes_are_quiet = is_quiet(forms->classes, '"');
    // Whether the first byte is behind a backslash, and where escapes began in the bytes before.
    uint64_t is_letter = 0, former = 0;
    size_t place = *next;
    for (; place + WIDE < end; place += WIDE) {
        wide bytes = WIDE_LOAD(text + place);
        uint64_t escapes = beginning(WIDE_BITS(bytes == '\\') & ~is_letter), left = escapes;
        is_letter = escapes >> 63;
        if (quotes_are_quiet && left != 0) {
            wide letters = WIDE_LOAD(text + place + 1);
            left &= ~WIDE_BITS(letters == '"');
        }
        for (; left != 0; left &= left - 1) {
            unsigned index = (unsigned)__builtin_ctzll(left);
            size_t at = place + index;
            if (is_quiet(forms->classes, text[at + 1])) continue;
            if (short_escapes[text[at + 1]] == 0) return at;
            uint64_t before = index == 0 ? former : escapes << (64 - index) | former >> index;
            if (at > *next && is_ruled_out(forms->classes, text, at, end, before >> 62 & 1)) continue;
            bring(r, text, at, before);
            if (is_in_doubt(forms, r, text, at, end)) return at;
        }
        former = escapes;
    }
    *next = place + is_letter;
    bring(r, text, *next, former >> is_letter);
    return end;
}

size_t evs_next_doubt(const evs_forms *forms, const uint8_t *text, size_t base, size_t start, size_t end) {
    if (forms->least == 0) return next_stop((stops){0, '\\', '\\', '\\'}, text, start, end);
    reader r = {0, 0, 0, 0, start - base < 4 ? base : start - 4};
    for (size_t at = r.read; at < start; at++) r.quoted = r.decoded = shifted(r.quoted, text[at]);
    r.read = start;
    size_t place = start, found = doubt_wide(forms, &r, text, &place, end);
    if (found < end) return found;
    for (;; place += 2) {
        place = next_stop((stops){0, '\\', '\\', '\\'}, text, place, end);
        if (place + 1 >= end || short_escapes[text[place + 1]] == 0) return place;
        read_on(&r, text, place);
        if (is_in_doubt(forms, &r, text, place, end)) return place;
    }
}
