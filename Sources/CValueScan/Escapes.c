#include "CValueScan.h"

// The characters from an escape on.
typedef struct {
    const uint8_t *text;
    size_t left;
    int is_last;
} characters;

// A character, or -1 where the text ends.
static inline int at(const characters *c, size_t index) { return index < c->left ? c->text[index] : -1; }

static inline evs_token reading(uint8_t reading) { return (evs_token){.reading = reading}; }

static inline evs_token of_byte(uint32_t byte, size_t width) {
    return (evs_token){.reading = EVS_TOKEN, .count = 1, .width = (uint8_t)width, .bytes = {(uint8_t)byte}};
}

// A code point, as UTF-8. What is none stands for nothing.
static evs_token of_scalar(uint32_t value, size_t width) {
    evs_token token = {.reading = EVS_TOKEN, .width = (uint8_t)width};
    if (value < 0x80) {
        token.count = 1;
        token.bytes[0] = (uint8_t)value;
    } else if (value < 0x800) {
        token.count = 2;
        token.bytes[0] = (uint8_t)(0xC0 | value >> 6);
        token.bytes[1] = (uint8_t)(0x80 | (value & 0x3F));
    } else if (value < 0x10000) {
        if (value >= 0xD800 && value < 0xE000) return token;
        token.count = 3;
        token.bytes[0] = (uint8_t)(0xE0 | value >> 12);
        token.bytes[1] = (uint8_t)(0x80 | (value >> 6 & 0x3F));
        token.bytes[2] = (uint8_t)(0x80 | (value & 0x3F));
    } else if (value < 0x110000) {
        token.count = 4;
        token.bytes[0] = (uint8_t)(0xF0 | value >> 18);
        token.bytes[1] = (uint8_t)(0x80 | (value >> 12 & 0x3F));
        token.bytes[2] = (uint8_t)(0x80 | (value >> 6 & 0x3F));
        token.bytes[3] = (uint8_t)(0x80 | (value & 0x3F));
    }
    return token;
}

static inline int digit(int character) {
    if (character >= '0' && character <= '9') return character - '0';
    int letter = character | 0x20;
    return character > 0 && letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : 99;
}

// A number of `least` to `most` digits from `start` on; with fewer it is none (`EVS_PLAIN`).
static inline int number(const characters *c, int base, size_t least, size_t most, size_t start, uint32_t *value, size_t *end) {
    *value = 0;
    size_t index = start;
    for (; index < start + most; index++) {
        int character = at(c, index);
        if (character < 0) {
            if (c->is_last) break;
            return EVS_OPEN;
        }
        int next = digit(character);
        if (next >= base) break;
        *value = *value * (uint32_t)base + (uint32_t)next;
    }
    *end = index;
    return index - start < least ? EVS_PLAIN : EVS_TOKEN;
}

// `\x41`, `\u0041`, `\U00000041`, `\u{41}`, surrogates.
static evs_token coded(const characters *c, int kind) {
    uint32_t value, low;
    size_t end, low_end;
    int next = at(c, 2);
    if (next < 0) return reading(EVS_OPEN);
    if (next == '{') {
        switch (number(c, 16, 1, 8, 3, &value, &end)) {
        case EVS_PLAIN: return of_byte((uint32_t)kind, 2);
        case EVS_OPEN: return reading(EVS_OPEN);
        default:
            if (at(c, end) < 0) return reading(EVS_OPEN);
            return at(c, end) == '}' ? of_scalar(value, end + 1) : of_byte((uint32_t)kind, 2);
        }
    }
    size_t most = kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
    switch (number(c, 16, kind == 'x' ? 1 : most, most, 2, &value, &end)) {
    case EVS_PLAIN: return of_byte((uint32_t)kind, 2);
    case EVS_OPEN: return reading(EVS_OPEN);
    default: break;
    }
    if (kind == 'x') return of_byte(value, end);
    if (value < 0xD800 || value >= 0xDC00) return of_scalar(value, end);
    if (at(c, end) < 0 || at(c, end + 1) < 0) return reading(EVS_OPEN);
    if (at(c, end) != '\\' || at(c, end + 1) != kind) return of_scalar(value, end);
    int second = number(c, 16, 4, 4, end + 2, &low, &low_end);
    if (second == EVS_OPEN) return reading(EVS_OPEN);
    if (second == EVS_PLAIN || low < 0xDC00 || low >= 0xE000) return of_scalar(value, end);
    return of_scalar(0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00), low_end);
}

// Up to three digits, or a zero and three: `echo` of some shells.
static evs_token octal(const characters *c) {
    uint32_t value;
    size_t end;
    if (at(c, 1) == '0' && number(c, 8, 4, 4, 1, &value, &end) == EVS_TOKEN && value < 256) return of_byte(value, end);
    if (number(c, 8, 1, 3, 1, &value, &end) != EVS_TOKEN) return reading(EVS_OPEN);
    if (at(c, 1) == '0' && end == 4 && at(c, end) < 0 && !c->is_last) return reading(EVS_OPEN);
    return of_byte(value, end);
}

// `\x41`, `\u0041`, `\101`, `\n`, and a backslash in front of anything else.
static inline evs_token escape(const characters *c) {
    int kind = at(c, 1);
    switch (kind) {
    case -1: return reading(EVS_OPEN);
    case 'x': case 'u': case 'U': return coded(c, kind);
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': return octal(c);
    case 'n': return of_byte(0x0A, 2);
    case 'r': return of_byte(0x0D, 2);
    case 't': return of_byte(0x09, 2);
    case 'a': case 'b': case 'e': case 'E': case 'f': case 'v': return of_byte(0x07, 2);
    default: return of_byte((uint32_t)kind, 2);
    }
}

// A single quote within single quotes: `'\''`, `'"'"'`.
static evs_token quote(const characters *c) {
    int next = at(c, 1);
    if (next < 0) return reading(EVS_OPEN);
    const char *close = next == '\\' ? "\\''" : "\"'\"'";
    size_t index = 0;
    for (; close[index] != 0; index++) {
        int character = at(c, index + 1);
        if (character < 0) return reading(EVS_OPEN);
        if (character != close[index]) return reading(EVS_PLAIN);
    }
    return of_byte('\'', index + 1);
}

// `%41` and the older `%u0041`.
static inline evs_token percent(const characters *c) {
    uint32_t value;
    size_t end;
    int next = at(c, 1);
    if (next < 0) return reading(EVS_OPEN);
    int is_unicode = (next | 0x20) == 'u';
    int found = is_unicode ? number(c, 16, 4, 4, 2, &value, &end) : number(c, 16, 2, 2, 1, &value, &end);
    if (found != EVS_TOKEN) return reading((uint8_t)found);
    return is_unicode ? of_scalar(value, end) : of_byte(value, end);
}

static const struct { char name[8]; char byte; } names[] = {
    {"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}, {"sol;", '/'}, {"plus;", '+'},
    {"equals;", '='}, {"num;", '#'}, {"dollar;", '$'}, {"percnt;", '%'}, {"lowbar;", '_'}, {"colon;", ':'}, {"commat;", '@'},
    {"excl;", '!'}, {"ast;", '*'}, {"semi;", ';'}, {"quest;", '?'}, {"bsol;", '\\'}, {"lpar;", '('}, {"rpar;", ')'},
    {"comma;", ','}, {"period;", '.'}, {"lsqb;", '['}, {"rsqb;", ']'}, {"Hat;", '^'}, {"grave;", '`'}, {"lcub;", '{'},
    {"rcub;", '}'}, {"verbar;", '|'},
};

static evs_token named(const characters *c) {
    int is_open = 0;
    for (size_t which = 0; which < sizeof names / sizeof names[0]; which++) {
        const char *name = names[which].name;
        if (name[0] != at(c, 1)) continue;
        size_t index = 1;
        while (name[index] != 0 && at(c, index + 1) == name[index]) index++;
        if (name[index] == 0) return of_byte((uint8_t)names[which].byte, index + 1);
        is_open |= at(c, index + 1) < 0;
    }
    return reading(is_open ? EVS_OPEN : EVS_PLAIN);
}

// `&#65;`, `&#x41;` and the names of what may not stand in HTML as it is.
static evs_token entity(const characters *c) {
    uint32_t value;
    size_t end;
    int next = at(c, 1);
    if (next < 0) return reading(EVS_OPEN);
    if (next != '#') return named(c);
    int kind = at(c, 2);
    if (kind < 0) return reading(EVS_OPEN);
    int is_hex = (kind | 0x20) == 'x';
    int found = number(c, is_hex ? 16 : 10, 1, 8, is_hex ? 3 : 2, &value, &end);
    if (found != EVS_TOKEN) return reading((uint8_t)found);
    if (at(c, end) < 0 && !c->is_last) return reading(EVS_OPEN);
    return of_scalar(value, at(c, end) == ';' ? end + 1 : end);
}

evs_token evs_read_escape(enum evs_kind kind, const uint8_t *text, size_t place, size_t end, int is_last) {
    characters c = {text + place, end - place, is_last};
    switch (kind) {
    case EVS_BACKSLASH_ESCAPES: return escape(&c);
    case EVS_BACKSLASHES: return at(&c, 1) < 0 ? reading(EVS_OPEN) : of_byte((uint32_t)at(&c, 1), 2);
    case EVS_QUOTES: return quote(&c);
    case EVS_PERCENT: return percent(&c);
    case EVS_ENTITIES: return entity(&c);
    case EVS_MIXED: return c.text[0] == '\\' ? escape(&c) : c.text[0] == '%' ? percent(&c) : entity(&c);
    }
    return reading(EVS_PLAIN);
}
