/// Patterns over the whole command, tried in groups: one matcher over many patterns says quickly that none matches.
struct PatternFence {
    private struct Group {
        var any: PatternMatcher?
        var members: [(index: Int, matcher: PatternMatcher)]
    }

    private var groups: [Group] = []

    /// The most patterns in one list. Names have no such bound; they cost one look-up however many there are.
    static let most = 4096
    private static let groupSize = 32

    init(_ patterns: [(text: String, matcher: PatternMatcher)], compiler: PatternCompiler) {
        var index = 0
        while index < patterns.count {
            let slice = patterns[index..<min(index + Self.groupSize, patterns.count)]
            var any: PatternMatcher?
            // A pattern that ends inside `\Q` would take in what is written after it.
            if slice.count > 2, !slice.contains(where: { $0.text.contains(#"\Q"#) }) {
                // A group too large for the compiler is tried one by one.
                any = try? compiler(slice.map { "(?:\($0.text))" }.joined(separator: "|"))
            }
            groups.append(Group(any: any, members: slice.indices.map { ($0, patterns[$0].matcher) }))
            index += Self.groupSize
        }
    }

    /// The number of the first pattern that matches.
    func first(in command: [UInt8]) -> Int? {
        for group in groups {
            if let any = group.any, !any(command) { continue }
            for member in group.members where member.matcher(command) { return member.index }
        }
        return nil
    }
}
