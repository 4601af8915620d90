internal import SecretMemory

/// A value that names a secret of another store instead of being one. The reference itself is not secret, but comes from
/// a value that may be, so it is looked at in place and taken out only when it has the shape of one.
public enum StoreReference: Equatable, Sendable {
    /// `op://vault/item/field`: 1Password, `op read`.
    case onePassword(String)
    /// `vault:path#field`: HashiCorp Vault, `vault kv get`.
    case hashiCorpVault(path: String, field: String)
    /// `azure:vault/name`: Azure Key Vault, `az keyvault secret show`.
    case azureKeyVault(vault: String, name: String)
    /// `aws-sm:name`: AWS Secrets Manager, `aws secretsmanager get-secret-value`.
    case awsSecretsManager(String)
    /// `pass:entry`: the first line of an entry of pass.
    case pass(String)

    /// What a value refers to; nil when it is a value of its own.
    ///
    /// Strict on purpose: a password that happens to begin with `vault:` but has blanks, control characters or more than
    /// 512 bytes is a password.
    public init?(_ value: RawSpan) {
        guard value.byteCount <= 512, let text = Self.text(value) else { return nil }
        if text.hasPrefix("op://") {
            guard text.dropFirst(5).split(separator: "/", omittingEmptySubsequences: false).count >= 3 else { return nil }
            self = .onePassword(text)
        } else if let rest = Self.rest(text, "vault:") {
            let parts = rest.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, parts.allSatisfy(Self.isArgument) else { return nil }
            self = .hashiCorpVault(path: parts[0], field: parts[1])
        } else if let rest = Self.rest(text, "azure:") {
            let parts = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, parts.allSatisfy(Self.isArgument) else { return nil }
            self = .azureKeyVault(vault: parts[0], name: parts[1])
        } else if let rest = Self.rest(text, "aws-sm:") {
            guard Self.isArgument(rest) else { return nil }
            self = .awsSecretsManager(rest)
        } else if let rest = Self.rest(text, "pass:") {
            guard Self.isArgument(rest), !rest.split(separator: "/").contains("..") else { return nil }
            self = .pass(rest)
        } else {
            return nil
        }
    }

    /// The name of the store, for messages.
    public var store: String { command.name }

    /// The store's own program and its arguments.
    public var command: (name: String, arguments: [String]) {
        switch self {
        case .onePassword(let reference): ("op", ["read", "--no-newline", reference])
        case .hashiCorpVault(let path, let field): ("vault", ["kv", "get", "-field=\(field)", path])
        case .azureKeyVault(let vault, let name):
            ("az", ["keyvault", "secret", "show", "--vault-name", vault, "--name", name, "--query", "value", "--output", "tsv"])
        case .awsSecretsManager(let name):
            ("aws", ["secretsmanager", "get-secret-value", "--secret-id", name, "--query", "SecretString", "--output", "text"])
        case .pass(let entry): ("pass", ["show", entry])
        }
    }

    /// Whether only the first line of the answer is the value.
    var takesFirstLine: Bool {
        if case .pass = self { return true }
        return false
    }

    private static let prefixes = ["op://", "vault:", "azure:", "aws-sm:", "pass:"]

    private static func text(_ value: RawSpan) -> String? {
        guard prefixes.contains(where: { begins(value, Array($0.utf8)) }) else { return nil }
        var bytes: [UInt8] = []
        for index in 0..<value.byteCount {
            guard value.byte(at: index) > 0x20, value.byte(at: index) != 0x7F else { return nil }
            bytes.append(value.byte(at: index))
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func begins(_ value: RawSpan, _ prefix: [UInt8]) -> Bool {
        value.byteCount > prefix.count && prefix.indices.allSatisfy { value.byte(at: $0) == prefix[$0] }
    }

    private static func rest(_ text: String, _ prefix: String) -> String? {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }

    /// What can stand in a command line without becoming an option.
    private static func isArgument(_ text: String) -> Bool { !text.isEmpty && !text.hasPrefix("-") }
}
