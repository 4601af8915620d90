/// What a frame is bound to. A frame that is moved elsewhere does not open there.
///
/// The bytes are: the purpose, then each part, all as a 4-byte big-endian length and the UTF-8 bytes
/// (docs/vault-format.md, "Associated data"). No two bindings have the same bytes.
public struct Binding: Sendable {
    let bytes: [UInt8]

    private init(_ purpose: StaticString, _ parts: [[UInt8]]) {
        bytes = Self.parts([Array(purpose.description.utf8)] + parts)
    }

    private static func parts(_ parts: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            let count = UInt32(part.count)
            bytes += [UInt8(count >> 24), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)]
            bytes += part
        }
        return bytes
    }

    private static func decimal(_ number: Int) -> [UInt8] { Array(String(number).utf8) }

    /// A value of the vault.
    /// - Parameter folder: the folder's path, empty at the root.
    public static func value(
        vault: String, project: String, environment: String, folder: String, key: String, version: Int
    ) -> Binding {
        Binding(
            "execkit/value/1",
            [vault, project, environment, folder, key].map { Array($0.utf8) } + [decimal(version)])
    }

    /// What is known of a secret besides its value. What is sealed under it is empty: the tag alone tells that each part is
    /// as it was when someone with the project's key wrote it.
    /// - Parameter version: the current version.
    public static func attributes(
        vault: String, project: String, environment: String, folder: String, key: String, version: Int, scope: String,
        type: String, tags: [String], description: String, expiresAt: String?, rule: String?
    ) -> Binding {
        Binding(
            "execkit/attributes/1",
            [vault, project, environment, folder, key].map { Array($0.utf8) } + [decimal(version)]
                + [scope, type].map { Array($0.utf8) } + [parts(tags.map { Array($0.utf8) })]
                + [Array(description.utf8), optional(expiresAt), optional(rule)])
    }

    /// `=` and the text, or `-` for none: a text that is empty is not one that is missing.
    private static func optional(_ text: String?) -> [UInt8] { text.map { Array("=\($0)".utf8) } ?? Array("-".utf8) }

    /// What a private key is sealed under. A seal of the one kind does not open as the other.
    public enum SealPurpose: Sendable {
        case password, recovery
    }

    /// The private key of a vault, sealed by the master key of these parameters.
    public static func privateKey(
        vault: String, _ parameters: KDFParameters, for purpose: SealPurpose = .password
    ) -> Binding {
        Binding(
            purpose == .password ? "execkit/private-key/1" : "execkit/recovery-key/1",
            [Array(vault.utf8)]
                + [
                    parameters.version, parameters.memoryKiB, parameters.passes, parameters.lanes, parameters.outputLength,
                ].map(decimal) + [parameters.salt])
    }

    /// The wrapped key of a project (the label of RSA-OAEP, and what its signature begins with).
    public static func projectKey(vault: String, project: String, generation: Int) -> Binding {
        Binding("execkit/project-key/1", [Array(vault.utf8), Array(project.utf8), decimal(generation)])
    }

    /// The key of a project while the vault stays unlocked, sealed by the master key. Bound to everything in the file that
    /// leads from the master key to it: when any of that has changed, the long way is taken and judges the change.
    /// - Parameters:
    ///   - privateKey: the binding of the private key.
    ///   - frame: the sealed private key, as it is stored.
    ///   - publicKey: as it is stored.
    ///   - projectKey: the binding of the wrapped key.
    ///   - wrapped: the wrapped key, as it is stored.
    ///   - signature: as it is stored.
    public static func keptProjectKey(
        privateKey: Binding, frame: String, publicKey: String, projectKey: Binding, wrapped: String, signature: String
    ) -> Binding {
        Binding(
            "execkit/kept-project-key/1",
            [
                privateKey.bytes, Array(frame.utf8), Array(publicKey.utf8), projectKey.bytes, Array(wrapped.utf8),
                Array(signature.utf8),
            ])
    }
}
