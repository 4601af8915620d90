#include "CValueScan.h"
#include "Gram.h"
#include "Text.h"

size_t evs_next_of(const uint8_t *text, size_t start, size_t end, uint8_t first, uint8_t second, uint8_t third) {
    // What is known here makes the loop shorter.
    if (first == second && first == third) return next_stop((stops){0, first, first, first}, text, start, end);
    return next_stop((stops){0, first, second, third}, text, start, end);
}

uint32_t evs_gram_bit(uint32_t gram, uint32_t shift) { return gram_bit(gram, shift); }

// Whether the eight bytes at a place that is open may be those of a form, as far as they are there.
static inline int goes_on(const evs_grams *grams, const uint8_t *text, size_t place, size_t text_end) {
    if (grams->pairs == 0 || place + 8 > text_end) return 1;
    uint32_t first, second;
    __builtin_memcpy(&first, text + place, 4);
    __builtin_memcpy(&second, text + place + 4, 4);
    uint32_t bit = evs_pair_bit(first, second, grams->shift);
    return grams->pairs[bit >> 3] >> (bit & 7) & 1;
}

uint32_t evs_pair_bit(uint32_t first, uint32_t second, uint32_t shift) {
    return gram_bit(first ^ (second * UINT32_C(0x85EBCA6B)) >> 7 ^ second, shift);
}

size_t evs_next_gram(const evs_grams *grams, const uint8_t *text, size_t start, size_t end, size_t stride, size_t text_end) {
    const uint8_t *bitmap = grams->bitmap;
    const uint32_t shift = grams->shift;
    size_t place = start;
    while (place < end) {
        while (place + 3 * stride < end) {
            uint32_t open = is_gram(bitmap, shift, text + place);
            open |= is_gram(bitmap, shift, text + place + stride);
            open |= is_gram(bitmap, shift, text + place + 2 * stride);
            open |= is_gram(bitmap, shift, text + place + 3 * stride);
            if (open != 0) break;
            place += 4 * stride;
        }
        while (place < end && !is_gram(bitmap, shift, text + place)) place += stride;
        if (place >= end || goes_on(grams, text, place, text_end)) return place;
        place += stride;
    }
    return place;
}
