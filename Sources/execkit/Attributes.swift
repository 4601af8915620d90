internal import ArgumentParser
internal import VaultStore

/// What is said about a secret besides its value.
struct AttributeOptions: ParsableArguments {
    @Option(help: "Who may get it: client, server or shared.")
    var scope: SecretScope?

    @Option(help: "string, number or boolean.")
    var type: SecretValueType?

    @Option(help: "One line about it. Kept in the clear.")
    var description: String?

    @Option(help: "When it ends: 2027-01-31, 2027-01-31T12:00:00Z, or never.")
    var expires: String?

    var isEmpty: Bool { scope == nil && type == nil && description == nil && expires == nil }

    /// The attributes with what was given changed.
    func applied(to old: SecretAttributes, adding tags: [String] = [], removing gone: [String] = []) -> SecretAttributes {
        var new = old
        if let scope { new.scope = scope }
        if let type { new.type = type }
        if let description { new.description = description }
        if let expires { new.expiresAt = expires == "never" ? nil : expires }
        new.tags = Array(Set(old.tags).union(tags).subtracting(gone)).sorted()
        return new
    }
}
