// The first stage of a search for many texts at once: where in a text do four bytes stand that one of up to a few
// hundred patterns asks for? Only Redaction imports this module.
//
// It reads the text and tables it is given, writes nothing but `buckets`, keeps no state and calls no function of libc.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Patterns are spread over this many buckets.
#define EK_SCAN_BUCKETS 16

// The tables, as words of 32 bits, built by the caller for a little-endian machine:
//
// - words 0 to 63, as bytes: 16 tables of 16 bytes, for each of the four bytes of a place four: by its low half for
//   buckets 0 to 7, by its low half for buckets 8 to 15, by its high half for buckets 0 to 7, by its high half for
//   buckets 8 to 15. A bit says that the byte may belong to a pattern of that bucket.
// - words 64 to 575, as halves of words: for each of the four bytes a table by its value with one bit for each bucket.
//   It must allow nothing that the tables above forbid.
// - words 576 to 592: where the patterns of each bucket start, counted in patterns, and how many there are in all.
// - from word 593 on: for each pattern two words, a mask and the value that the four bytes, read as a little-endian
//   number, have under that mask.
enum { EK_SCAN_HALVES = 0, EK_SCAN_BYTES = 64, EK_SCAN_STARTS = 576, EK_SCAN_PATTERNS = 593 };

// How a search works. All of them give the same answer.
enum ek_scan_level {
    EK_SCAN_PLAIN = 0,  // byte by byte, on any processor
    EK_SCAN_SSSE3 = 1,  // 16 places at once
    EK_SCAN_AVX2 = 2,   // 32 places at once
    EK_SCAN_AVX512 = 3, // 64 places at once
};

// The highest level that this processor has.
int ek_scan_best_level(void);

// The first place from `start` on and before `end` whose four bytes are those of a pattern, with the buckets of all
// patterns that fit in `buckets`; `end` if there is none. The text must have `end` + 3 bytes, and `level` must not be
// above the best one.
size_t ek_scan_next(
    const uint32_t *tables, const uint8_t *text, size_t start, size_t end, int level, uint32_t *buckets);
