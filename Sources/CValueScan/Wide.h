// Sixty-four bytes at a time, in whatever registers the processor has: the compiler writes the loops that are marked with `CLONES` for
// three generations of x86-64, and the right one is chosen when the program is loaded.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

// Part of the loops that it is called from, and made for the same processor.
#define WITHIN static inline __attribute__((always_inline))

enum { WIDE = 64 };

typedef uint8_t wide __attribute__((vector_size(WIDE)));
typedef _Bool wide_bits __attribute__((ext_vector_type(WIDE)));

// Macros, as functions that pass such vectors are called in different ways by the different processors.
#define WIDE_LOAD(text) ({ wide loaded_; __builtin_memcpy(&loaded_, (text), WIDE); loaded_; })

// A bit for each byte of which a comparison is true, that of the first byte the lowest.
#define WIDE_BITS(comparison) ({ \
    wide_bits bits_ = __builtin_convertvector((comparison), wide_bits); \
    uint64_t number_; \
    __builtin_memcpy(&number_, &bits_, sizeof number_); \
    number_; \
})

WITHIN void wide_copy(uint8_t *to, const uint8_t *text) {
    wide part = WIDE_LOAD(text);
    __builtin_memcpy(to, &part, WIDE);
}
