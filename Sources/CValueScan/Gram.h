// Four bytes in a row as a number, and its bit in a bitmap of 2 to the (32 - `shift`) bits.
#pragma once

#include <stdint.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "grams are read in this order");

static inline uint32_t gram_bit(uint32_t gram, uint32_t shift) { return (gram * UINT32_C(0x9E3779B1)) >> shift; }

static inline uint32_t is_gram(const uint8_t *bitmap, uint32_t shift, const uint8_t *text) {
    uint32_t gram;
    __builtin_memcpy(&gram, text, 4);
    uint32_t bit = gram_bit(gram, shift);
    return bitmap[bit >> 3] >> (bit & 7) & 1;
}
