#include "CByteScan.h"

// The published name of the method is Teddy (Hyperscan, Wang et al., NSDI 2019): a byte is looked up by its two halves,
// since the instruction that looks up many bytes at once (PSHUFB) has tables of 16 entries.

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the tables are laid out for this order");

typedef uint16_t __attribute__((may_alias)) half_word;

static inline uint32_t four_bytes(const uint8_t *text) {
    return (uint32_t)text[0] | (uint32_t)text[1] << 8 | (uint32_t)text[2] << 16 | (uint32_t)text[3] << 24;
}

// The buckets of the patterns that fit exactly.
static inline uint32_t confirm(const uint32_t *tables, const uint8_t *text) {
    const half_word *bytes = (const half_word *)(tables + EK_SCAN_BYTES);
    uint32_t open = bytes[text[0]] & bytes[256 + text[1]] & bytes[512 + text[2]] & bytes[768 + text[3]];
    uint32_t found = 0;
    uint32_t value = four_bytes(text);
    while (open != 0) {
        uint32_t bucket = (uint32_t)__builtin_ctz(open);
        open &= open - 1;
        uint32_t index = tables[EK_SCAN_STARTS + bucket], last = tables[EK_SCAN_STARTS + bucket + 1];
        for (; index < last; index++) {
            const uint32_t *pattern = tables + EK_SCAN_PATTERNS + 2 * (size_t)index;
            if ((value & pattern[0]) == pattern[1]) {
                found |= UINT32_C(1) << bucket;
                break;
            }
        }
    }
    return found;
}

static size_t next_plain(const uint32_t *tables, const uint8_t *text, size_t start, size_t end, uint32_t *buckets) {
    for (size_t place = start; place < end; place++) {
        uint32_t found = confirm(tables, text + place);
        if (found != 0) {
            *buckets = found;
            return place;
        }
    }
    return end;
}

#if defined(__x86_64__)

#include <immintrin.h>

// The last block overlaps the one before, whose places have been found not to fit. The two levels differ in the width of a register only.
#define SEARCH(NAME, TARGET, WIDTH, VECTOR, LOAD, TABLE, SET, AND, OR, SHIFT, SHUFFLE, EQUAL, ZERO, MOVEMASK)                  \
    __attribute__((target(TARGET))) static size_t NAME(                                                                     \
        const uint32_t *tables, const uint8_t *text, size_t start, size_t end, uint32_t *buckets) {                         \
        if (end < WIDTH || start > end - WIDTH) return next_plain(tables, text, start, end, buckets);                       \
        const uint8_t *halves = (const uint8_t *)(tables + EK_SCAN_HALVES);                                                 \
        VECTOR table[16];                                                                                                   \
        for (int index = 0; index < 16; index++) table[index] = TABLE(halves + 16 * index);                                \
        const VECTOR low_half = SET(0x0F), zero = ZERO();                                                                   \
        size_t block = start;                                                                                               \
        for (;;) {                                                                                                          \
            VECTOR early = SET((char)0xFF), late = early;                                                                   \
            for (int byte = 0; byte < 4; byte++) {                                                                          \
                VECTOR here = LOAD(text + block + byte);                                                                    \
                VECTOR low = AND(here, low_half), high = AND(SHIFT(here, 4), low_half);                                     \
                early = AND(early, AND(SHUFFLE(table[4 * byte], low), SHUFFLE(table[4 * byte + 2], high)));                 \
                late = AND(late, AND(SHUFFLE(table[4 * byte + 1], low), SHUFFLE(table[4 * byte + 3], high)));               \
            }                                                                                                               \
            uint32_t hits = ~(uint32_t)MOVEMASK(EQUAL(OR(early, late), zero));                                              \
            if (WIDTH == 16) hits &= 0xFFFF;                                                                                \
            for (; hits != 0; hits &= hits - 1) {                                                                           \
                size_t place = block + (size_t)__builtin_ctz(hits);                                                         \
                uint32_t found = confirm(tables, text + place);                                                             \
                if (found != 0) {                                                                                           \
                    *buckets = found;                                                                                       \
                    return place;                                                                                           \
                }                                                                                                           \
            }                                                                                                               \
            if (block == end - WIDTH) return end;                                                                           \
            block = block + 2 * WIDTH <= end ? block + WIDTH : end - WIDTH;                                                 \
        }                                                                                                                   \
    }

#define LOAD_16(address) _mm_loadu_si128((const __m128i *)(const void *)(address))
#define LOAD_32(address) _mm256_loadu_si256((const __m256i *)(const void *)(address))
#define TABLE_32(address) _mm256_broadcastsi128_si256(LOAD_16(address))

SEARCH(
    next_ssse3, "ssse3", 16, __m128i, LOAD_16, LOAD_16, _mm_set1_epi8, _mm_and_si128, _mm_or_si128, _mm_srli_epi16,
    _mm_shuffle_epi8, _mm_cmpeq_epi8, _mm_setzero_si128, _mm_movemask_epi8)

SEARCH(
    next_avx2, "avx2", 32, __m256i, LOAD_32, TABLE_32, _mm256_set1_epi8, _mm256_and_si256, _mm256_or_si256,
    _mm256_srli_epi16, _mm256_shuffle_epi8, _mm256_cmpeq_epi8, _mm256_setzero_si256, _mm256_movemask_epi8)

// As above, with what only this width has: a mask as the result of a comparison, and one instruction for two ANDs.
__attribute__((target("avx512f,avx512bw"))) static size_t next_avx512(
    const uint32_t *tables, const uint8_t *text, size_t start, size_t end, uint32_t *buckets) {
    if (end < 64 || start > end - 64) return next_avx2(tables, text, start, end, buckets);
    const uint8_t *halves = (const uint8_t *)(tables + EK_SCAN_HALVES);
    __m512i table[16];
    for (int index = 0; index < 16; index++) table[index] = _mm512_broadcast_i32x4(LOAD_16(halves + 16 * index));
    const __m512i low_half = _mm512_set1_epi8(0x0F);
    size_t block = start;
    for (;;) {
        __m512i early = _mm512_set1_epi8((char)0xFF), late = early;
        for (int byte = 0; byte < 4; byte++) {
            __m512i here = _mm512_loadu_si512((const void *)(text + block + byte));
            __m512i low = _mm512_and_si512(here, low_half);
            __m512i high = _mm512_and_si512(_mm512_srli_epi16(here, 4), low_half);
            early = _mm512_ternarylogic_epi64(
                early, _mm512_shuffle_epi8(table[4 * byte], low), _mm512_shuffle_epi8(table[4 * byte + 2], high), 0x80);
            late = _mm512_ternarylogic_epi64(
                late, _mm512_shuffle_epi8(table[4 * byte + 1], low), _mm512_shuffle_epi8(table[4 * byte + 3], high), 0x80);
        }
        __m512i both = _mm512_or_si512(early, late);
        for (uint64_t hits = _mm512_test_epi8_mask(both, both); hits != 0; hits &= hits - 1) {
            size_t place = block + (size_t)__builtin_ctzll(hits);
            uint32_t found = confirm(tables, text + place);
            if (found != 0) {
                *buckets = found;
                return place;
            }
        }
        if (block == end - 64) return end;
        block = block + 128 <= end ? block + 64 : end - 64;
    }
}

int ek_scan_best_level(void) {
    if (__builtin_cpu_supports("avx512bw")) return EK_SCAN_AVX512;
    if (__builtin_cpu_supports("avx2")) return EK_SCAN_AVX2;
    return __builtin_cpu_supports("ssse3") ? EK_SCAN_SSSE3 : EK_SCAN_PLAIN;
}

size_t ek_scan_next(
    const uint32_t *tables, const uint8_t *text, size_t start, size_t end, int level, uint32_t *buckets) {
    switch (level) {
    case EK_SCAN_AVX512: return next_avx512(tables, text, start, end, buckets);
    case EK_SCAN_AVX2: return next_avx2(tables, text, start, end, buckets);
    case EK_SCAN_SSSE3: return next_ssse3(tables, text, start, end, buckets);
    default: return next_plain(tables, text, start, end, buckets);
    }
}

#else

int ek_scan_best_level(void) { return EK_SCAN_PLAIN; }

size_t ek_scan_next(
    const uint32_t *tables, const uint8_t *text, size_t start, size_t end, int level, uint32_t *buckets) {
    (void)level;
    return next_plain(tables, text, start, end, buckets);
}

#endif
