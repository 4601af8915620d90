#include "CValueScan.h"
#include "Pieces.h"
#include "Text.h"
#include "Wide.h"

// Copies 64 bytes at a time, up to the last ones or to those with an ESC at which it has to stop. What is left out of them is known
// at once, so that the processor need not guess how long a line or its indentation is.
CLONES static size_t read_wide(const uint8_t *text, size_t place, size_t end, int stops_at_escape, evs_text *out) {
    uint64_t is_indenting = out->is_indenting != 0, goes_on = 0;
    uint32_t count = out->count, piece_count = out->piece_count;
    for (; place + 2 * WIDE <= end; place += WIDE) {
        wide bytes = WIDE_LOAD(text + place);
        uint64_t controls = WIDE_BITS(((bytes < 0x20) & (bytes != 0x09)) | (bytes == 0x7F));
        if (controls == 0 && is_indenting == 0) {
            out->pieces[piece_count] = (evs_piece){(uint16_t)count, 0, (uint32_t)place};
            piece_count += goes_on == 0;
            goes_on = 1;
            wide_copy(out->text + count, text + place);
            count += WIDE;
            continue;
        }
        if (stops_at_escape && WIDE_BITS(bytes == 0x1B) != 0) break;
        uint64_t breaks = WIDE_BITS((bytes == 0x0A) | (bytes == 0x0D));
        uint64_t blanks = WIDE_BITS((bytes == 0x20) | (bytes == 0x09));
        // A bit added where blanks begin behind a break is carried through them.
        uint64_t indentation = blanks & ~(blanks + (blanks & (breaks << 1 | is_indenting)));
        is_indenting = (breaks | indentation) >> 63;
        uint64_t kept = ~(controls | indentation), left = kept;
        while (left != 0) {
            unsigned run = (unsigned)__builtin_ctzll(left);
            uint64_t behind = left + (UINT64_C(1) << run);
            unsigned stop = behind != 0 ? (unsigned)__builtin_ctzll(behind) : WIDE;
            left &= behind;
            out->pieces[piece_count] = (evs_piece){(uint16_t)count, 0, (uint32_t)(place + run)};
            piece_count += run != 0 || goes_on == 0;
            wide_copy(out->text + count, text + place + run);
            count += stop - run;
        }
        goes_on = kept >> 63;
    }
    out->is_indenting = (uint32_t)is_indenting;
    out->count = count;
    out->piece_count = piece_count;
    return place;
}

size_t evs_read_output(const uint8_t *text, size_t start, size_t end, int stops_at_escape, evs_text *out) {
    size_t place = read_wide(text, start, end, stops_at_escape, out);
    while (place < end) {
        if (out->is_indenting) {
            place = behind_blanks(text, place, end);
            if (place == end) break;
            out->is_indenting = 0;
        }
        size_t from = place;
        place = copy_until((stops){.controls = 1}, text, place, end, out->text + out->count);
        add_run(out, from, place);
        if (place == end) break;
        uint8_t byte = text[place];
        if (byte == 0x1B && stops_at_escape) break;
        if (byte == 0x0A || byte == 0x0D) out->is_indenting = 1;
        place++;
    }
    return place;
}
