#include "CValueScan.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "grams are read in this order");

// A block is looked at as a whole, in a loop the compiler turns into vector instructions; a block that has something is
// looked at in smaller ones, and the last of these byte by byte.
enum { BLOCK = 64, PART = 16 };

static inline uint8_t is_control(uint8_t byte) { return (uint8_t)((byte < 0x20) & (byte != 0x09)) | (byte == 0x7F); }

size_t evs_next_control(const uint8_t *text, size_t start, size_t end) {
    size_t place = start;
    for (; place + BLOCK <= end; place += BLOCK) {
        uint8_t any = 0;
        for (size_t i = 0; i < BLOCK; i++) any |= is_control(text[place + i]);
        if (any) break;
    }
    for (; place + PART <= end; place += PART) {
        uint8_t any = 0;
        for (size_t i = 0; i < PART; i++) any |= is_control(text[place + i]);
        if (any) break;
    }
    while (place < end && !is_control(text[place])) place++;
    return place;
}

size_t evs_next_of(const uint8_t *text, size_t start, size_t end, uint8_t first, uint8_t second, uint8_t third) {
    size_t place = start;
    for (; place + BLOCK <= end; place += BLOCK) {
        uint8_t any = 0;
        for (size_t i = 0; i < BLOCK; i++) {
            uint8_t byte = text[place + i];
            any |= (uint8_t)((byte == first) | (byte == second) | (byte == third));
        }
        if (any) break;
    }
    for (; place + PART <= end; place += PART) {
        uint8_t any = 0;
        for (size_t i = 0; i < PART; i++) {
            uint8_t byte = text[place + i];
            any |= (uint8_t)((byte == first) | (byte == second) | (byte == third));
        }
        if (any) break;
    }
    while (place < end && text[place] != first && text[place] != second && text[place] != third) place++;
    return place;
}

uint32_t evs_gram_bit(uint32_t gram, uint32_t shift) { return (gram * UINT32_C(0x9E3779B1)) >> shift; }

static inline uint32_t is_open(const uint8_t *bitmap, uint32_t shift, const uint8_t *text) {
    uint32_t gram;
    __builtin_memcpy(&gram, text, 4);
    uint32_t bit = evs_gram_bit(gram, shift);
    return bitmap[bit >> 3] >> (bit & 7) & 1;
}

size_t evs_next_gram(const uint8_t *bitmap, uint32_t shift, const uint8_t *text, size_t start, size_t end, size_t stride) {
    size_t place = start;
    while (place + 3 * stride < end) {
        uint32_t open = is_open(bitmap, shift, text + place);
        open |= is_open(bitmap, shift, text + place + stride) << 1;
        open |= is_open(bitmap, shift, text + place + 2 * stride) << 2;
        open |= is_open(bitmap, shift, text + place + 3 * stride) << 3;
        if (open != 0) return place + (size_t)__builtin_ctz(open) * stride;
        place += 4 * stride;
    }
    while (place < end && !is_open(bitmap, shift, text + place)) place += stride;
    return place;
}
