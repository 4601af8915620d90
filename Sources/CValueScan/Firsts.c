#include "CValueScan.h"
#include "Pieces.h"
#include "Text.h"
#include "Wide.h"

enum { FAMILIES = 4, BACKSLASH = 1, PERCENT = 2, ENTITY = 4, QUOTE = 8, ALL = 15, HEX = PERCENT, BOTH = PERCENT | ENTITY };

static const uint8_t triggers[FAMILIES] = {'\\', '%', '&', '\''};
static const enum evs_kind kinds[FAMILIES] = {EVS_BACKSLASH_ESCAPES, EVS_PERCENT, EVS_ENTITIES, EVS_QUOTES};

// Of which families an escape may go on with a byte: most of `&`, `%` and `'` are ruled out by it. Behind a backslash anything may stand.
static const uint8_t second_bytes[256] = {
    ['0' ... '9'] = HEX, ['A' ... 'F'] = HEX, ['U'] = HEX, ['u'] = HEX, ['f'] = HEX, ['a' ... 'e'] = BOTH, ['#'] = ENTITY, ['H'] = ENTITY,
    ['g'] = ENTITY, ['l'] = ENTITY, ['n'] = ENTITY, ['p' ... 's'] = ENTITY, ['v'] = ENTITY, ['\\'] = QUOTE, ['"'] = QUOTE,
};

static inline unsigned family_of(uint8_t byte) { return byte == '\\' ? 0 : (unsigned)(byte - '%') + 1; }

_Static_assert('%' + 1 == '&' && '&' + 1 == '\'', "three families follow each other");

typedef struct {
    const uint8_t *text;
    size_t end;
    int is_last;
    // A bit for each family of which none has been found.
    unsigned wanted;
    size_t found[FAMILIES];
} search;

// Whether the trigger at `place` is the first escape of its family.
static inline int look(search *s, size_t place) {
    unsigned family = family_of(s->text[place]), bit = 1u << family;
    if (!(s->wanted & bit)) return 0;
    if (place + 1 < s->end && bit != BACKSLASH && !(second_bytes[s->text[place + 1]] & bit)) return 0;
    evs_token token = evs_read_escape(kinds[family], s->text, place, s->end, s->is_last);
    if (!counts(&token, s->end - place, s->is_last)) return 0;
    s->found[family] = place;
    s->wanted &= ~bit;
    return 1;
}

// The bytes that are looked for; some twice where a family has been found.
typedef struct {
    uint8_t of[FAMILIES];
} wanted_bytes;

static inline wanted_bytes bytes_of(unsigned wanted) {
    wanted_bytes bytes;
    for (int family = 0; family < FAMILIES; family++) {
        bytes.of[family] = triggers[wanted >> family & 1 ? family : __builtin_ctz(wanted)];
    }
    return bytes;
}

// The same for 64 bytes at a time; gives where it stopped.
CLONES static size_t look_wide(search *s, size_t place) {
    wanted_bytes trigger = bytes_of(s->wanted);
    for (; place + WIDE <= s->end; place += WIDE) {
        wide bytes = WIDE_LOAD(s->text + place);
        uint64_t hits = WIDE_BITS(
            (bytes == trigger.of[0]) | (bytes == trigger.of[1]) | (bytes == trigger.of[2]) | (bytes == trigger.of[3]));
        for (; hits != 0; hits &= hits - 1) {
            if (!look(s, place + (size_t)__builtin_ctzll(hits))) continue;
            if (s->wanted == 0) return place;
            trigger = bytes_of(s->wanted);
        }
    }
    return place;
}

evs_firsts evs_first_escapes(const uint8_t *text, size_t start, size_t end, int is_last) {
    search s = {text, end, is_last, ALL, {end, end, end, end}};
    for (size_t place = look_wide(&s, start); place < end && s.wanted != 0; place++) {
        uint8_t byte = text[place];
        if (byte == '\\' || (byte >= '%' && byte <= '\'')) look(&s, place);
    }
    return (evs_firsts){s.found[0], s.found[1], s.found[2], s.found[3]};
}
