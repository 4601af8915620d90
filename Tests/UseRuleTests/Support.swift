import UseRule

/// The same numbers in every run (SplitMix64).
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &self)] }

    mutating func some<T>(_ values: [T]) -> [T] {
        (0..<Int.random(in: 1...4, using: &self)).map { _ in pick(values) }
    }
}

extension Dice {
    static let programs = ["psql", "/usr/bin/psql", "/usr/local/bin/psql", "npm", "pg dump", "/opt/a b/ü", "ü", "u\u{308}"]
    static let paths = [
        "/usr/bin/psql", "/usr/local/bin/psql", "/tmp/psql", "/usr/bin/npm", "/usr/bin/npm2", "/psql", "psql", "",
        "/usr/bin/psql/", "/opt/a b/ü", "/opt/a b/u\u{308}", "/x/pg dump", "/usr/bin/../bin/psql",
    ]
    static let projects = ["shop", "blog", "0123456789abcdef0123456789abcdef", "büro"]

    mutating func rule() -> UseRule {
        var rule = UseRule()
        if Bool.random(using: &self) { rule.programs = some(Self.programs) }
        if Bool.random(using: &self) { rule.projects = some(Self.projects) }
        rule.ask = pick([.never, .always, .every(seconds: pick([1, 2, 60, 900, UseRule.longestSeconds]))])
        if Bool.random(using: &self) { rule.limit = .init(uses: pick([1, 2, 10, UseRule.mostUses]), seconds: pick([1, 3600])) }
        rule.allowsWeakValue = Bool.random(using: &self)
        rule.delivery = pick([nil, .environment, .descriptor, .file])
        return rule
    }

    mutating func request() -> UseRule.Request {
        let now = pick([0, 1, 1000, 1_800_000_000, Int.max, Int.min])
        let last = pick([nil, 0, 1, 998, 999, 1000, 1001, 1_799_999_100, 1_799_999_101, Int.max, Int.min])
        return .init(
            program: pick(Self.paths), projects: Bool.random(using: &self) ? [] : some(Self.projects + ["other"]), now: now,
            lastConfirmed: last, recentUses: pick([0, 1, 2, 9, 10, Int.max, -1]))
    }
}

extension UseRule.Verdict {
    /// The verdict without its reason.
    var word: String {
        switch self {
        case .allow: "allow"
        case .ask: "ask"
        case .deny: "deny"
        case .rateLimited: "rateLimited"
        }
    }

    var reason: String? {
        switch self {
        case .allow: nil
        case .ask(let reason), .deny(let reason), .rateLimited(let reason): reason
        }
    }
}
