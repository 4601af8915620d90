// The three loops through which every byte of output goes on its way past the known values. Only ValueRedaction imports
// this module. They read what they are given, write nothing, keep no state and call no function of libc.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The first control character (below 0x20 but not a tab, or 0x7F) in `text` from `start` on and before `end`; else `end`.
size_t evs_next_control(const uint8_t *text, size_t start, size_t end);

// The first byte that is `first` or `second` or `third`; else `end`.
size_t evs_next_of(const uint8_t *text, size_t start, size_t end, uint8_t first, uint8_t second, uint8_t third);

// The first place `start` + k * `stride` before `end` whose four bytes, as a little-endian number, have their bit in
// `bitmap`, which has 2 to the (32 - `shift`) bits; else the first such place that is not before `end`. `text` must have
// `end` + 3 bytes.
size_t evs_next_gram(const uint8_t *bitmap, uint32_t shift, const uint8_t *text, size_t start, size_t end, size_t stride);

// The bit of four bytes in such a bitmap.
uint32_t evs_gram_bit(uint32_t gram, uint32_t shift);
