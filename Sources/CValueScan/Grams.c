#include "CValueScan.h"
#include "Gram.h"
#include "Text.h"

size_t evs_next_of(const uint8_t *text, size_t start, size_t end, uint8_t first, uint8_t second, uint8_t third) {
    return next_stop((stops){0, first, second, third}, text, start, end);
}

uint32_t evs_gram_bit(uint32_t gram, uint32_t shift) { return gram_bit(gram, shift); }

size_t evs_next_gram(const uint8_t *bitmap, uint32_t shift, const uint8_t *text, size_t start, size_t end, size_t stride) {
    size_t place = start;
    while (place + 3 * stride < end) {
        uint32_t open = is_gram(bitmap, shift, text + place);
        open |= is_gram(bitmap, shift, text + place + stride) << 1;
        open |= is_gram(bitmap, shift, text + place + 2 * stride) << 2;
        open |= is_gram(bitmap, shift, text + place + 3 * stride) << 3;
        if (open != 0) return place + (size_t)__builtin_ctz(open) * stride;
        place += 4 * stride;
    }
    while (place < end && !is_gram(bitmap, shift, text + place)) place += stride;
    return place;
}
