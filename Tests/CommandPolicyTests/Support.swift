import CommandPolicy

/// SplitMix64, so that every run draws the same commands.
struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

func programs(_ command: String) -> [String] { CommandAnalysis(command).programNames }

func unknowns(_ command: String) -> [UnknownReason] { CommandAnalysis(command).unknownReasons }

/// A compiler for tests: plain text found anywhere; `(` alone is a syntax error.
func plainCompiler(_ pattern: String) throws(PatternFault) -> PatternMatcher {
    if pattern == "(" { throw .syntax(offset: 1) }
    let alternatives = pattern.hasPrefix("(?:") ? pattern.dropFirst(3).dropLast().components(")|(?:") : [pattern]
    return { command in
        alternatives.contains { part in
            let needle = Array(part.utf8)
            if needle.isEmpty { return true }
            guard command.count >= needle.count else { return false }
            return (0...command.count - needle.count).contains { command[$0..<$0 + needle.count].elementsEqual(needle) }
        }
    }
}

extension StringProtocol {
    func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = Substring(self)
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}

func policy(_ text: String) throws -> CommandPolicy {
    try CommandPolicy(parsing: Array(text.utf8), compiler: plainCompiler)
}

func failure(_ text: String) -> PolicyError? {
    do {
        _ = try CommandPolicy(parsing: Array(text.utf8), compiler: plainCompiler)
        return nil
    } catch {
        return error
    }
}
