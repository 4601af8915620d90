/// How the private key is sealed: key derivation parameters and the frame. Base64 texts; nothing here is secret.
public struct KeySeal: Equatable, Sendable {
    public let version: Int
    public let memoryKiB: Int
    public let passes: Int
    public let lanes: Int
    public let outputLength: Int
    public let salt: String
    public let frame: String

    public init(
        version: Int, memoryKiB: Int, passes: Int, lanes: Int, outputLength: Int, salt: String, frame: String
    ) {
        self.version = version
        self.memoryKiB = memoryKiB
        self.passes = passes
        self.lanes = lanes
        self.outputLength = outputLength
        self.salt = salt
        self.frame = frame
    }
}

/// The one row of the vault.
public struct VaultRecord: Equatable, Sendable {
    /// 32 hexadecimal digits.
    public let id: String
    public let createdAt: String
    /// SubjectPublicKeyInfo, DER, base64.
    public let publicKey: String
    /// The private key, sealed by the master password.
    public let password: KeySeal
    /// The private key, sealed by the recovery code, when there is one.
    public let recovery: KeySeal?
}

/// How a project's key is kept.
public struct ProjectKeyRecord: Equatable, Sendable {
    /// 1 at first, one more at each `rekey`.
    public let generation: Int
    /// RSA-OAEP, base64.
    public let wrapped: String
    /// RSA-PSS by the vault's private key, base64: a key that someone else wrapped for the public key has none.
    public let signature: String

    public init(generation: Int, wrapped: String, signature: String) {
        self.generation = generation
        self.wrapped = wrapped
        self.signature = signature
    }
}

public struct ProjectRecord: Equatable, Sendable {
    /// 32 hexadecimal digits. `execkit.toml` and every frame name the project by it, so it can be renamed.
    public let id: String
    public let name: String
    public let createdAt: String
    public let key: ProjectKeyRecord
}

/// Who may be given a secret.
public enum SecretScope: String, CaseIterable, Sendable {
    case client, server, shared
}

public enum SecretValueType: String, CaseIterable, Sendable {
    case string, number, boolean
}

/// Where a secret stands.
public struct SecretPlace: Hashable, Sendable {
    /// The project's id.
    public let project: String
    public let environment: String
    /// Empty at the root.
    public let folder: String
    public let key: String

    public init(project: String, environment: String, folder: String = "", key: String) {
        self.project = project
        self.environment = environment
        self.folder = folder
        self.key = key
    }
}

/// What is known of a secret besides its value. Kept in the clear.
public struct SecretAttributes: Equatable, Sendable {
    public var scope: SecretScope
    public var type: SecretValueType
    /// Sorted, without repetitions.
    public var tags: [String]
    public var description: String
    /// UTC, `2027-01-31T12:00:00.000Z`; on the way in, anything SQLite reads as a date and time.
    public var expiresAt: String?

    public init(
        scope: SecretScope = .shared, type: SecretValueType = .string, tags: [String] = [], description: String = "",
        expiresAt: String? = nil
    ) {
        self.scope = scope
        self.type = type
        self.tags = tags
        self.description = description
        self.expiresAt = expiresAt
    }
}

/// A secret as listed: everything but its value.
public struct SecretRecord: Equatable, Sendable {
    let row: Int64
    public let place: SecretPlace
    public let attributes: SecretAttributes
    /// Who may use it how, as JSON. Nil: no rule.
    public let rule: String?
    /// A frame, base64: with the project's key it tells whether place, attributes, rule and current version are what was
    /// written.
    public let seal: String
    /// The current version.
    public let version: Int
    public let createdAt: String
    /// When the current version was set.
    public let updatedAt: String
    /// When it was removed; nil when it is not.
    public let deletedAt: String?
    /// Whether it had expired when it was read, by this machine's clock.
    public let isExpired: Bool
}

/// One version of a secret.
public struct VersionRecord: Equatable, Sendable {
    public let version: Int
    public let createdAt: String
    public let isCurrent: Bool
    /// The sealed value, base64.
    public let frame: String
}
