#include "CRE2.h"

#include <re2/re2.h>

#include <algorithm>
#include <new>

struct cre2_regex {
    RE2 re2;
    // Length of the larger program; set once the pattern has been accepted.
    uint64_t program = 0;
    cre2_regex(const re2::StringPiece &pattern, const RE2::Options &options) : re2(pattern, options) {}
};

namespace {

struct too_costly {};

// RE2 reports the events that cost effort to process-wide hooks, which run on the searching thread without a context
// argument. The meter of the search under way is therefore kept per thread.
struct meter {
    uint64_t program;
    uint64_t text;
    uint64_t limit;
    uint64_t steps;

    // The hooks are the only places where a search of RE2 can be left early, and only by an exception. It is safe: at
    // the failure hook (`Prog::SearchDFA`) RE2 holds nothing, at the reset hook (`DFA::ResetCache`) only scoped locks
    // and savers, which unwinding releases, and the full cache it has not yet touched is reset by the next search.
    void charge(uint64_t count) {
        uint64_t cost = 0;
        if (__builtin_mul_overflow(count, program, &cost) || __builtin_add_overflow(steps, cost, &steps)) {
            steps = UINT64_MAX;
        }
        if (steps > limit) throw too_costly();
    }
};

thread_local meter current;

void on_search_failure(const re2::hooks::DFASearchFailure &) { current.charge(current.text); }

void on_cache_reset(const re2::hooks::DFAStateCacheReset &reset) { current.charge(reset.state_cache_size); }

void install_hooks() {
    // A function-local static is initialised once, before the first pattern is compiled.
    static const bool installed = [] {
        re2::hooks::SetDFASearchFailureHook(on_search_failure);
        re2::hooks::SetDFAStateCacheResetHook(on_cache_reset);
        return true;
    }();
    (void)installed;
}

cre2_error error_of(RE2::ErrorCode code) {
    switch (code) {
    case RE2::NoError: return CRE2_OK;
    case RE2::ErrorInternal: return CRE2_INTERNAL;
    case RE2::ErrorBadEscape: return CRE2_BAD_ESCAPE;
    case RE2::ErrorBadCharClass: return CRE2_BAD_CHARACTER_CLASS;
    case RE2::ErrorBadCharRange: return CRE2_BAD_CHARACTER_RANGE;
    case RE2::ErrorMissingBracket: return CRE2_MISSING_BRACKET;
    case RE2::ErrorMissingParen: return CRE2_MISSING_PARENTHESIS;
    case RE2::ErrorUnexpectedParen: return CRE2_UNEXPECTED_PARENTHESIS;
    case RE2::ErrorTrailingBackslash: return CRE2_TRAILING_BACKSLASH;
    case RE2::ErrorRepeatArgument: return CRE2_REPEAT_WITHOUT_OPERAND;
    case RE2::ErrorRepeatSize: return CRE2_REPEAT_TOO_LARGE;
    case RE2::ErrorRepeatOp: return CRE2_REPEAT_OF_REPEAT;
    case RE2::ErrorBadPerlOp: return CRE2_BAD_GROUP_SYNTAX;
    case RE2::ErrorBadUTF8: return CRE2_PATTERN_NOT_UTF8;
    case RE2::ErrorBadNamedCapture: return CRE2_BAD_GROUP_NAME;
    case RE2::ErrorPatternTooLarge: return CRE2_PROGRAM_TOO_LARGE;
    }
    return CRE2_INTERNAL;
}

} // namespace

cre2_regex *cre2_compile(const char *pattern, size_t length, cre2_options options, cre2_failure *failure) {
    *failure = {CRE2_OK, 0, 0};
    try {
        install_hooks();
        RE2::Options settings;
        settings.set_log_errors(false);
        settings.set_case_sensitive(!options.ignore_case);
        settings.set_encoding(options.bytes ? RE2::Options::EncodingLatin1 : RE2::Options::EncodingUTF8);
        settings.set_literal(options.literal);
        settings.set_dot_nl(options.dot_matches_newline);
        settings.set_max_mem(options.max_memory);
        // No caller reads a group, and a pattern without captures needs fewer instructions.
        settings.set_never_capture(true);
        const re2::StringPiece text(pattern, length);
        auto *regex = new cre2_regex(text, settings);
        if (!regex->re2.ok()) {
            failure->code = error_of(regex->re2.error_code());
            const std::string &fragment = regex->re2.error_arg();
            const re2::StringPiece::size_type offset = text.find(fragment);
            if (!fragment.empty() && offset != re2::StringPiece::npos) {
                failure->fragment_offset = offset;
                failure->fragment_length = fragment.size();
            }
            delete regex;
            return nullptr;
        }
        // RE2 compiles the reverse program on first use. Asking for its size now means that a search never has to, and
        // that one which does not fit is refused here.
        const int forward = regex->re2.ProgramSize();
        const int reverse = regex->re2.ReverseProgramSize();
        if (forward < 0 || reverse < 0) {
            failure->code = CRE2_PROGRAM_TOO_LARGE;
            delete regex;
            return nullptr;
        }
        regex->program = static_cast<uint64_t>(std::max(forward, reverse));
        return regex;
    } catch (...) {
        failure->code = CRE2_OUT_OF_MEMORY;
        return nullptr;
    }
}

void cre2_free(cre2_regex *regex) { delete regex; }

int32_t cre2_program_size(const cre2_regex *regex) { return static_cast<int32_t>(regex->program); }

cre2_outcome cre2_search(
    const cre2_regex *regex, const char *text, size_t length, size_t from, bool wants_range, uint64_t limit) {
    cre2_outcome outcome = {CRE2_NO_MATCH, 0, 0, 0};
    current = {regex->program, length - from, limit, 0};
    try {
        // An empty Swift span has no address, and RE2 compares addresses of the text.
        const re2::StringPiece subject(text == nullptr ? "" : text, length);
        re2::StringPiece match;
        const bool found = regex->re2.Match(
            subject, from, length, RE2::UNANCHORED, wants_range ? &match : nullptr, wants_range ? 1 : 0);
        if (found) {
            outcome.status = CRE2_MATCH;
            if (wants_range) {
                outcome.start = static_cast<size_t>(match.data() - subject.data());
                outcome.end = outcome.start + match.size();
            }
        }
    } catch (const too_costly &) {
        outcome.status = CRE2_TOO_COSTLY;
    } catch (...) {
        outcome.status = CRE2_SEARCH_FAILED;
    }
    outcome.steps = current.steps;
    return outcome;
}
