/// What a redactor looks for: an immutable set of rules with the filter that finds their candidates.
///
/// Another source of rules (known values, say) becomes a case of `Verifier` and adds its anchors here; the engine,
/// the hold-back and the borders of a verification stay as they are.
public struct RedactionRules: Sendable {
    let rules: [Rule]
    let filter: AnchorFilter
    /// Every label a marker of these rules can carry.
    public let labels: Set<String>

    /// All token shapes, named values and private keys.
    public static let standard = RedactionRules(shapes: TokenShape.all)

    init(shapes: [TokenShape]) {
        var rules = [Rule(String(decoding: RedactionMarker.opening, as: UTF8.self), .marker)]
        rules += shapes.map { Rule(String(decoding: $0.prefix, as: UTF8.self), .shape($0)) }
        rules += [
            Rule("eyJ", next: .token, .compact(.jwt)),
            Rule(":AA", next: .token, .compact(.telegram)),
            Rule("Q~", next: ByteSet.tokenAndDot.union(ByteSet("~")), .compact(.azureClientSecret)),
            Rule("SK", next: .hexadecimal, .compact(.twilioKey)),
            Rule("AC", next: .hexadecimal, .compact(.twilioPair)),
        ]
        // The base64 of an id starts with that of three digits: ten forms of two bytes, then these.
        let digits = ByteSet("AEIMQUYcgkwxyz012345")
        rules += ["MD", "MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT"].map {
            Rule($0, next: digits, .compact(.discord))
        }
        rules += [
            Rule("BEGIN ", .privateKey),
            Rule("://", .urlPassword),
            Rule(" -u", .commandLine(.userOption)),
            Rule("--user", .commandLine(.userOption)),
            Rule(" -p", .commandLine(.passwordOption)),
            Rule(" -a ", .commandLine(.authenticationOption)),
            Rule(":5432:", .commandLine(.pgpass)),
            Rule("bearer ", folded: true, .bearer),
        ]
        rules += NamedValue.anchors.map { Rule($0, folded: true, next: NamedValue.next, .named) }
        self.rules = rules
        filter = AnchorFilter(rules)
        labels = Set(shapes.map(\.label)).union([
            "jwt", "telegram-token", "discord-token", "azure-client-secret", "twilio-key", "twilio-token",
            PrivateKeyBlock.label, URLPassword.label, "password", "secret", "token", "api-key", "credential",
            "authorization", "basic-auth", "bearer-token",
        ])
    }
}
