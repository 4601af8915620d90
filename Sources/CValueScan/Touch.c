#include "CValueScan.h"
#include "Gram.h"

// What is decoded of a text differs from it only around escapes. A form that covers an escape has, beside it or with it, four
// characters in a row that are four characters of a form; nearly all escapes of ordinary text are told apart from values by
// one or two looks into a bitmap, and the rest by how long such characters go on.

enum { GRAM = 4 };

typedef struct {
    const evs_forms *forms;
    const uint8_t *text;
    size_t count;
    int is_first, is_last;
} surroundings;

static inline uint32_t is_known(const surroundings *s, size_t place) {
    return is_gram(s->forms->bitmap, s->forms->shift, s->text + place);
}

// Whether grams of forms go on for as long as the shortest form around the one at `place`.
static enum evs_touch goes_on(const surroundings *s, size_t place) {
    size_t needed = s->forms->least, first = place, last = place + GRAM;
    while (first > 0 && last - first < needed && is_known(s, first - 1)) first--;
    while (last < s->count && last - first < needed && is_known(s, last - GRAM + 1)) last++;
    if (last - first >= needed || (first == 0 && !s->is_first)) return EVS_TOUCHED;
    return last == s->count && !s->is_last ? EVS_UNDECIDED : EVS_APART;
}

// Between two characters of a hexadecimal form there are at most six separators, and an x.
enum { MOST_BETWEEN = 7 };

// Whether digits go on for as long as the shortest hexadecimal form around `place`.
static enum evs_touch digits_go_on(const surroundings *s, size_t place) {
    const uint8_t *classes = s->forms->classes;
    size_t digits = 0, between = 0, left = place, right = place;
    for (; left > 0 && digits < s->forms->digits && between <= MOST_BETWEEN; left--) {
        uint8_t class = classes[s->text[left - 1]];
        if (!(class & EVS_IN_HEX)) break;
        if (class & EVS_HEX_DIGIT) digits++, between = 0;
        else between++;
    }
    if (left == 0 && !s->is_first) return EVS_TOUCHED;
    for (between = 0; right < s->count && digits < s->forms->digits && between <= MOST_BETWEEN; right++) {
        uint8_t class = classes[s->text[right]];
        if (!(class & EVS_IN_HEX)) break;
        if (class & EVS_HEX_DIGIT) digits++, between = 0;
        else between++;
    }
    if (digits >= s->forms->digits) return EVS_TOUCHED;
    return right == s->count && !s->is_last ? EVS_UNDECIDED : EVS_APART;
}

static inline enum evs_touch later(enum evs_touch one, enum evs_touch other) { return one > other ? one : other; }

// One of the two grams lies within a form of seven characters or more that covers the place from `first` to `last`.
static inline enum evs_touch grams(const surroundings *s, size_t first, size_t last) {
    enum evs_touch touch = EVS_APART;
    const uint8_t *classes = s->forms->classes;
    // The bitmap is large: what the characters beside tell alone is looked at first.
    if (last >= GRAM - 1 && classes[s->text[last - 1]] & EVS_IN_FORM && is_known(s, last - (GRAM - 1))) touch = goes_on(s, last - (GRAM - 1));
    if (first + GRAM <= s->count) {
        if (classes[s->text[first + 1]] & EVS_IN_FORM && is_known(s, first)) touch = later(touch, goes_on(s, first));
    } else if (!s->is_last) {
        touch = later(touch, EVS_UNDECIDED);
    }
    return touch;
}

// The character at `place` was decoded.
static inline enum evs_touch around(const surroundings *s, size_t place) {
    uint8_t class = s->forms->classes[s->text[place]];
    enum evs_touch touch = class & EVS_IN_FORM ? grams(s, place, place) : EVS_APART;
    return class & EVS_IN_HEX ? later(touch, digits_go_on(s, place)) : touch;
}

// In front of `place` something was left out.
static inline enum evs_touch across(const surroundings *s, size_t place) {
    if (place == 0) return s->is_first ? EVS_APART : EVS_TOUCHED;
    uint8_t class = s->forms->classes[s->text[place - 1]];
    if (place == s->count) return class != 0 && !s->is_last ? EVS_UNDECIDED : EVS_APART;
    class &= s->forms->classes[s->text[place]];
    enum evs_touch touch = class & EVS_IN_FORM ? grams(s, place - 1, place) : EVS_APART;
    return class & EVS_IN_HEX ? later(touch, digits_go_on(s, place)) : touch;
}

enum evs_touch evs_touches(const evs_forms *forms, const uint8_t *text, size_t count, const evs_piece *pieces,
    size_t piece_count, size_t context, int is_first, int is_last, size_t *which) {
    surroundings s = {forms, text, count, is_first, is_last};
    for (size_t index = 0; index < piece_count; index++) {
        if (pieces[index].width == 0) continue;
        size_t place = context + pieces[index].at;
        size_t end = index + 1 < piece_count ? context + pieces[index + 1].at : count;
        enum evs_touch touch = forms->least == 0 ? EVS_TOUCHED : place == end ? across(&s, place) : EVS_APART;
        for (; place < end && touch == EVS_APART; place++) touch = around(&s, place);
        if (touch != EVS_APART) {
            *which = index;
            return touch;
        }
    }
    return EVS_APART;
}
