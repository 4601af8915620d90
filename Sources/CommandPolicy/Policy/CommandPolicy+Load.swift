import JSON

/// The operator's policy file: `docs/policy.md`.
extension CommandPolicy {
    /// The largest policy file, in bytes.
    public static let mostBytes = 32 << 20
    /// The most names in one list.
    public static let mostNames = 1_000_000

    /// Loads a policy from the bytes of its file. Nothing is skipped: an unknown field, a wrong type, a bad pattern or
    /// a failing example is an error that names its place.
    ///
    /// - Parameter compiler: compiles `deny_patterns` and `ask_patterns`; its matchers must take linear time.
    public init(parsing bytes: [UInt8], compiler: PatternCompiler) throws(PolicyError) {
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes, limits: JSONLimits(
                bytes: Self.mostBytes, depth: 8, values: 8_000_000, members: 65_536, duplicateKeys: .refused))
        } catch {
            var failure = PolicyError(fault: .syntax, path: "")
            failure.offset = error.offset
            let before = bytes[..<min(error.offset, bytes.count)]
            failure.line = 1 + before.count { $0 == .newline }
            failure.column = 1 + before.count - (before.lastIndex(of: .newline).map { $0 + 1 } ?? 0)
            throw failure
        }
        try self.init(value, compiler: compiler)
    }

    /// Loads a policy from a JSON value.
    init(_ value: JSONValue, compiler: PatternCompiler) throws(PolicyError) {
        self.init()
        guard let fields = value.object else { throw PolicyError(fault: .wrongType(expected: .object), path: "") }
        for field in fields {
            switch field.key {
            case "allow": names.allow = try nameRules(field.value, .allow)
            case "ask": names.ask = try nameRules(field.value, .ask)
            case "deny": names.deny = try nameRules(field.value, .deny)
            case "ask_patterns": askPatterns = try patternRules(field.value, .askPatterns, compiler)
            case "deny_patterns": denyPatterns = try patternRules(field.value, .denyPatterns, compiler)
            case "unknown":
                guard let outcome = field.value.string.flatMap(Verdict.Outcome.init(rawValue:)) else {
                    throw PolicyError(fault: .wrongType(expected: .outcome), path: "unknown")
                }
                names.unknown = outcome
            case "builtin": try loadBuiltIn(field.value)
            default: throw PolicyError(fault: .unknownField, path: field.key)
            }
        }
    }

    private mutating func loadBuiltIn(_ value: JSONValue) throws(PolicyError) {
        guard let fields = value.object else {
            throw PolicyError(fault: .wrongType(expected: .object), path: "builtin")
        }
        for field in fields {
            let path = "builtin.\(field.key)"
            guard let rule = BuiltInRule(rawValue: field.key) else {
                throw PolicyError(fault: .unknownBuiltIn, path: path)
            }
            guard rule.canBeChanged else { throw PolicyError(fault: .fixedBuiltIn, path: path) }
            switch field.value.string {
            case "off": builtIn[rule] = .allow
            case "ask": builtIn[rule] = .ask
            case "deny": builtIn[rule] = .deny
            default: throw PolicyError(fault: .wrongType(expected: .builtInOutcome), path: path)
            }
        }
    }

    private mutating func nameRules(
        _ value: JSONValue, _ list: RuleReference.RuleList
    ) throws(PolicyError) -> NameTable {
        var entries: [(name: [UInt8], value: Int)] = []
        for rule in try RuleEntry.list(value, list, most: Self.mostNames, textField: "program") {
            guard let name = RuleName.bytes(rule.text) else {
                throw PolicyError(fault: .badName, path: rule.textPath)
            }
            entries.append((name, rule.index))
            keepReason(rule, list)
            if rule.match.isEmpty, rule.notMatch.isEmpty { continue }
            let table = NameTable([(name, 0)])
            try rule.check { CommandAnalysis($0).meets(table) }
        }
        return NameTable(entries)
    }

    private mutating func patternRules(
        _ value: JSONValue, _ list: RuleReference.RuleList, _ compiler: PatternCompiler
    ) throws(PolicyError) -> PatternFence? {
        var patterns: [(text: String, matcher: PatternMatcher)] = []
        for rule in try RuleEntry.list(value, list, most: PatternFence.most, textField: "pattern") {
            let matcher: PatternMatcher
            do {
                matcher = try compiler(rule.text)
            } catch {
                throw PolicyError(fault: .badPattern(error), path: rule.textPath)
            }
            keepReason(rule, list)
            try rule.check { matcher(Array($0.utf8)) }
            patterns.append((rule.text, matcher))
        }
        if list == .denyPatterns { patternCounts.deny = patterns.count } else { patternCounts.ask = patterns.count }
        return patterns.isEmpty ? nil : PatternFence(patterns, compiler: compiler)
    }

    private mutating func keepReason(_ rule: RuleEntry, _ list: RuleReference.RuleList) {
        if let reason = rule.reason { reasons[RuleReference.operator(list: list, index: rule.index).name] = reason }
    }
}

extension CommandAnalysis {
    /// Whether a program of the command is in a table.
    func meets(_ table: NameTable) -> Bool {
        programs.contains { table[$0.hash, names.span.extracting($0.nameStart..<$0.nameEnd)] != nil }
    }
}
