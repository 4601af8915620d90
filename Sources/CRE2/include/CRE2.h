/// A C face on RE2, the regular expression library that matches in time linear in the text.
///
/// Every function is `noexcept` in effect: a C++ exception (out of memory is the only one RE2 can meet) becomes a status.
/// RE2's own logging is off. No function keeps a pointer it was given beyond its return.
/// Source: https://github.com/google/re2/blob/2022-06-01/re2/re2.h
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled pattern. Made by `cre2_compile`, ended by `cre2_free`; not changed by searching, apart from RE2's own bounded cache.
typedef struct cre2_regex cre2_regex;

/// Why a pattern was refused: RE2's `ErrorCode`, value by value, so that this header does not depend on its numbering.
typedef enum cre2_error {
    CRE2_OK = 0,
    CRE2_BAD_ESCAPE = 1,
    CRE2_BAD_CHARACTER_CLASS = 2,
    CRE2_BAD_CHARACTER_RANGE = 3,
    CRE2_MISSING_BRACKET = 4,
    CRE2_MISSING_PARENTHESIS = 5,
    CRE2_UNEXPECTED_PARENTHESIS = 6,
    CRE2_TRAILING_BACKSLASH = 7,
    CRE2_REPEAT_WITHOUT_OPERAND = 8,
    CRE2_REPEAT_TOO_LARGE = 9,
    CRE2_REPEAT_OF_REPEAT = 10,
    CRE2_BAD_GROUP_SYNTAX = 11,
    CRE2_PATTERN_NOT_UTF8 = 12,
    CRE2_BAD_GROUP_NAME = 13,
    CRE2_PROGRAM_TOO_LARGE = 14,
    CRE2_INTERNAL = 15,
    CRE2_OUT_OF_MEMORY = 16,
} cre2_error;

/// How a pattern is read.
typedef struct cre2_options {
    /// Letters match either case.
    bool ignore_case;
    /// Pattern and text are bytes (Latin-1), not UTF-8: `.` matches any single byte.
    bool bytes;
    /// The pattern is the text itself, without operators.
    bool literal;
    /// `.` also matches a newline.
    bool dot_matches_newline;
    /// RE2's `max_mem` in bytes: the compiled forward and reverse programs and their state caches together.
    int64_t max_memory;
} cre2_options;

/// Where and why a pattern was refused.
typedef struct cre2_failure {
    cre2_error code;
    /// The byte range of the offending fragment within the pattern; 0, 0 when RE2 names none.
    size_t fragment_offset;
    size_t fragment_length;
} cre2_failure;

/// Compiles `length` bytes at `pattern`. NULL and a filled `failure` when the pattern is refused.
cre2_regex *cre2_compile(const char *pattern, size_t length, cre2_options options, cre2_failure *failure);

/// Ends a compiled pattern. NULL is allowed.
void cre2_free(cre2_regex *regex);

/// Instructions in the larger of the forward and the reverse program: what one byte of text costs at worst.
int32_t cre2_program_size(const cre2_regex *regex);

/// How a search ended.
typedef enum cre2_status {
    CRE2_NO_MATCH = 0,
    CRE2_MATCH = 1,
    /// The search would have cost more than its limit and was given up; nothing is known about the text.
    CRE2_TOO_COSTLY = 2,
    /// C++ ran out of memory; nothing is known about the text.
    CRE2_SEARCH_FAILED = 3,
} cre2_status;

/// What a search found and what it cost.
typedef struct cre2_outcome {
    cre2_status status;
    /// Byte range of the leftmost match, absolute in `text`; set only for a match whose range was asked for.
    size_t start;
    size_t end;
    /// Program steps taken beyond the plain scan by RE2's state machine: at most the limit, unless too costly.
    uint64_t steps;
} cre2_outcome;

/// Searches bytes `from..<length` of `text` for the leftmost match (first alternative preferred).
/// `from` must be at most `length`. `^` and `\b` see the bytes before `from`. Without `wants_range` RE2 may stop sooner.
///
/// RE2's state machine reads each byte once. Two things cost more, and both count as program steps against `limit`:
/// states it builds, must discard because its cache is full and builds again (a program's length each), and, when that
/// happens too often, simulating the program over the whole text (text times program's length). A search that would
/// pass `limit` ends with CRE2_TOO_COSTLY before the simulation starts; the regex can be used again.
cre2_outcome cre2_search(
    const cre2_regex *regex, const char *text, size_t length, size_t from, bool wants_range, uint64_t limit);

#ifdef __cplusplus
}
#endif
