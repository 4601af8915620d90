/// The fence an agent sets around its own session. It can only narrow: the operator's fence and the built-in rules are
/// judged as well, and the stricter verdict stands.
public struct SessionFence: Sendable {
    let names: NameFence

    /// A session with no rules of its own.
    public static let open = SessionFence(names: NameFence(origin: .session))

    /// The most names in both lists together.
    public static let mostNames = 1024

    private init(names: NameFence) { self.names = names }

    /// Makes a fence from program names.
    ///
    /// A non-empty `allow` means only those programs, and denies what cannot be known. `deny` goes before `allow`.
    public init(allow: [String], deny: [String]) throws(PolicyError) {
        guard allow.count + deny.count <= Self.mostNames else {
            let longer = allow.count >= deny.count ? "allow" : "deny"
            throw PolicyError(fault: .tooManyRules(most: Self.mostNames), path: longer)
        }
        var fence = NameFence(origin: .session)
        fence.allow = try Self.table(allow, "allow")
        fence.deny = try Self.table(deny, "deny")
        names = fence
    }

    private static func table(_ list: [String], _ field: String) throws(PolicyError) -> NameTable {
        var entries: [(name: [UInt8], value: Int)] = []
        for (index, text) in list.enumerated() {
            guard let name = RuleName.bytes(text) else {
                throw PolicyError(fault: .badName, path: "\(field)[\(index)]")
            }
            entries.append((name, index))
        }
        return NameTable(entries)
    }
}

/// A program name as rules hold it.
enum RuleName {
    /// The base name of a rule, or nil when no program could ever have it.
    static func bytes(_ text: String) -> [UInt8]? {
        let name = text.utf8.split(separator: .slash, omittingEmptySubsequences: false).last.map(Array.init) ?? []
        if name.isEmpty || name.contains(where: { $0 <= 32 || $0 == 127 }) { return nil }
        return name
    }
}
