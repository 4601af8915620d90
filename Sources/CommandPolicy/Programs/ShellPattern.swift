/// File name patterns (POSIX XCU 2.14) with `*`, `?` and `[ ]`; and expansions, as zero bytes, that match anything.
enum ShellPattern {
    /// Whether a pattern may stand for a name. A bracket expression is taken to match any one byte.
    static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var p = pattern.startIndex
        var n = name.startIndex
        var star: (pattern: Int, name: Int)?
        while n < name.endIndex {
            if p < pattern.endIndex, pattern[p] == .star || pattern[p] == .unknown {
                star = (p + 1, n)
                p += 1
                continue
            }
            if p < pattern.endIndex {
                let width = atomWidth(pattern, p)
                if width > 1 || pattern[p] == .question || pattern[p] == name[n] {
                    p += width
                    n += 1
                    continue
                }
            }
            guard let back = star else { return false }
            p = back.pattern
            n = back.name + 1
            star = (back.pattern, back.name + 1)
        }
        while p < pattern.endIndex, pattern[p] == .star || pattern[p] == .unknown { p += 1 }
        return p == pattern.endIndex
    }

    private static func atomWidth(_ pattern: ArraySlice<UInt8>, _ index: Int) -> Int {
        guard pattern[index] == .openBracket, index + 2 < pattern.endIndex else { return 1 }
        var close = index + 2
        while close < pattern.endIndex {
            if pattern[close] == .closeBracket { return close - index + 1 }
            close += 1
        }
        return 1
    }
}
