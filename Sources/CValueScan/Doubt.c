#include "CValueScan.h"
#include "Reader.h"
#include "Sides.h"
#include "Text.h"
#include "Wide.h"

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
