// The loops through which every byte of output goes on its way past the known values. Only ValueRedaction imports this
// module. They read and write what they are given, keep no state and call no function of libc.
#pragma once

#include <stddef.h>
#include <stdint.h>

// --- Places at which a value may be (Grams.c)

// The first byte that is `first` or `second` or `third`; else `end`.
size_t evs_next_of(const uint8_t *text, size_t start, size_t end, uint8_t first, uint8_t second, uint8_t third);

// The first four bytes of forms, and with what is behind them eight, as bits: two bitmaps of 2 to the (32 - `shift`) bits. `pairs` is
// null where the eight are not known of each form.
typedef struct {
    const uint8_t *bitmap;
    const uint8_t *pairs;
    uint32_t shift;
} evs_grams;

// The first place `start` + k * `stride` before `end` at which a form may be; else the first such place that is not before `end`.
// `text` ends at `text_end`, at least three bytes behind `end`.
size_t evs_next_gram(const evs_grams *grams, const uint8_t *text, size_t start, size_t end, size_t stride, size_t text_end);

// The bit of four bytes, as a little-endian number, in such a bitmap, and that of eight.
uint32_t evs_pair_bit(uint32_t first, uint32_t second, uint32_t shift);
uint32_t evs_gram_bit(uint32_t gram, uint32_t shift);

// --- Escapes (Escapes.c)

enum evs_kind { EVS_BACKSLASH_ESCAPES, EVS_BACKSLASHES, EVS_QUOTES, EVS_PERCENT, EVS_ENTITIES, EVS_MIXED };

enum evs_reading { EVS_PLAIN, EVS_OPEN, EVS_TOKEN };

// What stands at a place: nothing special, something of which the end has not come, or an escape of `width` characters
// that stands for `count` of `bytes`.
typedef struct {
    uint8_t reading, count, width;
    uint8_t bytes[4];
} evs_token;

// No escape is longer.
enum { EVS_LONGEST_ESCAPE = 16 };

// Reads the escape at `place`, which is before `end`. `is_last`: nothing comes behind `end`.
evs_token evs_read_escape(enum evs_kind kind, const uint8_t *text, size_t place, size_t end, int is_last);

// --- Texts (Output.c, Texts.c, Firsts.c)

// From `at` on, up to the next piece, the written text stands for what was read from `from` on: byte for byte where
// `width` is 0, else for `width` bytes as a whole.
typedef struct {
    uint16_t at, width;
    uint32_t from;
} evs_piece;

// What a reader writes. `text` has room for as many bytes as are read and 16 more, `pieces` for as many pieces.
typedef struct {
    uint8_t *text;
    evs_piece *pieces;
    uint32_t count, piece_count;
    // Blanks are left out: they come after a line break.
    uint32_t is_indenting;
} evs_text;

// Copies output but for control characters (not tabs) and indentation, up to `end`, at most 65,535 bytes on, or with
// `stops` to an ESC. Gives where it stopped.
size_t evs_read_output(const uint8_t *text, size_t start, size_t end, int stops, evs_text *out);

// The first escape, or what may become one, from `start` on; else `end`.
size_t evs_next_escape(enum evs_kind kind, const uint8_t *text, size_t start, size_t end, int is_last);

// Where the first escape of each family is, or what may become one; the end where there is none.
typedef struct {
    size_t backslash, percent, entity, quote;
} evs_firsts;

// The same as `evs_next_escape` of four kinds, in one pass.
evs_firsts evs_first_escapes(const uint8_t *text, size_t start, size_t end, int is_last);

// Copies text with its escapes decoded, and without the control characters and the indentation that come of it. Gives where
// it stopped: `end`, or an escape of which the end has not come.
size_t evs_decode(enum evs_kind kind, const uint8_t *text, size_t start, size_t end, int is_last, evs_text *out);

// --- Whether a value may cover an escape (Doubt.c, Touch.c)

// `classes`: for each byte the bits below.
enum { EVS_IN_FORM = 1, EVS_IN_HEX = 2, EVS_HEX_DIGIT = 4 };

// All four bytes in a row of all forms but the hexadecimal ones; the fewest characters of those, and the fewest digits.
typedef struct {
    const uint8_t *bitmap;
    const uint8_t *classes;
    uint32_t shift, least, digits;
} evs_forms;

// The first place from `start` on at which a backslash may stand that forms may cover when what it begins is decoded, once or
// twice, or left out; else `end`. `base`: where the text begins. It rules out what few characters tell.
size_t evs_next_doubt(const evs_forms *forms, const uint8_t *text, size_t base, size_t start, size_t end);

enum evs_touch { EVS_APART, EVS_UNDECIDED, EVS_TOUCHED };

// Whether a form may cover what was decoded in `text`, or lie on both sides of what was left out: of the first piece of which
// that is not ruled out, the index is written to `which`. `text` has `count` characters, the first of which come from before the
// pieces; `is_first`: nothing was before them. `is_last`: nothing comes behind.
enum evs_touch evs_touches(const evs_forms *forms, const uint8_t *text, size_t count, const evs_piece *pieces,
    size_t piece_count, size_t context, int is_first, int is_last, size_t *which);
