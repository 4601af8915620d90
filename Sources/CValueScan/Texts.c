#include "CValueScan.h"

#include "Pieces.h"
#include "Text.h"

// The value of a digit, or more than 15.
static inline unsigned digit(uint8_t character) {
    unsigned number = (unsigned)character - '0', letter = (unsigned)(character | 0x20) - 'a';
    return number < 10 ? number : letter < 6 ? letter + 10 : 99;
}

// The usual escapes of a kind, of one byte: their width, or 0 where it takes `evs_read_escape` to read what is there.
static inline size_t read_short(enum evs_kind kind, const uint8_t *text, size_t place, size_t end, uint8_t *byte) {
    switch (kind) {
    case EVS_BACKSLASHES:
        if (place + 1 >= end) return 0;
        *byte = text[place + 1];
        return 2;
    case EVS_BACKSLASH_ESCAPES:
        if (place + 1 >= end) return 0;
        *byte = short_escapes[text[place + 1]];
        return *byte != 0 ? 2 : 0;
    case EVS_PERCENT: {
        if (place + 2 >= end) return 0;
        unsigned high = digit(text[place + 1]), low = digit(text[place + 2]);
        *byte = (uint8_t)(high << 4 | low);
        return high < 16 && low < 16 ? 3 : 0;
    }
    default: return 0;
    }
}

static inline void add_byte(evs_text *out, uint8_t byte) {
    if (is_control(byte)) {
        if (byte == 0x0A || byte == 0x0D) out->is_indenting = 1;
    } else if (!out->is_indenting || !is_blank(byte)) {
        out->is_indenting = 0;
        out->text[out->count++] = byte;
    }
}

static inline void add_token(evs_text *out, const evs_token *token, size_t from) {
    add_piece(out, from, token->width);
    for (size_t index = 0; index < token->count; index++) add_byte(out, token->bytes[index]);
}

__attribute__((always_inline)) static inline size_t decode(
    enum evs_kind kind, stops at, const uint8_t *text, size_t start, size_t end, int is_last, evs_text *out
) {
    size_t place = start;
    while (place < end) {
        if (out->is_indenting) {
            size_t from = place;
            place = behind_blanks(text, place, end);
            if (place > from) add_piece(out, from, place - from);
            if (place == end) break;
            if (!is_stop(at, text[place])) out->is_indenting = 0;
        }
        size_t from = place;
        place = copy_until(at, text, place, end, out->text + out->count);
        // A trigger that is no escape belongs to the run, and the piece is written when the run ends.
        while (place < end) {
            uint8_t byte;
            size_t width = read_short(kind, text, place, end, &byte);
            if (width > 0) {
                add_run(out, from, place);
                add_piece(out, place, width);
                add_byte(out, byte);
                place += width;
                from = place;
                break;
            }
            evs_token token = evs_read_escape(kind, text, place, end, is_last);
            if (counts(&token, end - place, is_last)) {
                add_run(out, from, place);
                if (token.reading == EVS_OPEN) return place;
                add_token(out, &token, place);
                place += token.width;
                from = place;
                break;
            }
            out->is_indenting = 0;
            out->text[out->count + (place - from)] = text[place];
            place++;
            place = copy_until(at, text, place, end, out->text + out->count + (place - from));
        }
        add_run(out, from, place);
    }
    return place;
}

static stops triggers(enum evs_kind kind) {
    switch (kind) {
    case EVS_BACKSLASH_ESCAPES: case EVS_BACKSLASHES: return (stops){0, '\\', '\\', '\\'};
    case EVS_QUOTES: return (stops){0, '\'', '\'', '\''};
    case EVS_PERCENT: return (stops){0, '%', '%', '%'};
    case EVS_ENTITIES: return (stops){0, '&', '&', '&'};
    case EVS_MIXED: break;
    }
    return (stops){0, '\\', '%', '&'};
}

size_t evs_next_escape(enum evs_kind kind, const uint8_t *text, size_t start, size_t end, int is_last) {
    stops at = triggers(kind);
    for (size_t place = start; place < end; place++) {
        place = evs_next_of(text, place, end, at.first, at.second, at.third);
        if (place == end) break;
        evs_token token = evs_read_escape(kind, text, place, end, is_last);
        if (counts(&token, end - place, is_last)) return place;
    }
    return end;
}

size_t evs_decode(enum evs_kind kind, const uint8_t *text, size_t start, size_t end, int is_last, evs_text *out) {
    // Those of which there may be many have a loop of their own.
    switch (kind) {
    case EVS_BACKSLASH_ESCAPES: return decode(EVS_BACKSLASH_ESCAPES, triggers(EVS_BACKSLASH_ESCAPES), text, start, end, is_last, out);
    case EVS_BACKSLASHES: return decode(EVS_BACKSLASHES, triggers(EVS_BACKSLASHES), text, start, end, is_last, out);
    case EVS_PERCENT: return decode(EVS_PERCENT, triggers(EVS_PERCENT), text, start, end, is_last, out);
    default: return decode(kind, triggers(kind), text, start, end, is_last, out);
    }
}
