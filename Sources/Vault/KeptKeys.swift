public import SecretMemory
internal import VaultCrypto
public import VaultStore

/// Project keys sealed by the key of `LockedVault.sessionKey(password:)`, for a keeper of that key to keep beside it. Not
/// secret, and trusted for nothing: a frame opens only for the very project, wrapping and password it was made for.
public struct KeptKeys: Equatable, Sendable {
    /// Projects beyond this many make the one used longest ago be forgotten.
    static let most = 16
    /// Newest first.
    private var entries: [(project: Substring, frame: Substring)] = []

    /// - Parameter bytes: of `bytes`, or anything; what is none of ours is left out.
    public init(_ bytes: [UInt8] = []) {
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").prefix(Self.most) {
            let parts = line.split(separator: " ")
            if parts.count == 2 { entries.append((parts[0], parts[1])) }
        }
    }

    /// A line a project: its id, a blank, the frame.
    public var bytes: [UInt8] { Array(entries.map { "\($0.project) \($0.frame)\n" }.joined().utf8) }

    public static func == (left: KeptKeys, right: KeptKeys) -> Bool { left.bytes == right.bytes }

    fileprivate func frame(_ project: String) -> Frame? {
        guard let entry = entries.first(where: { $0.project == project }) else { return nil }
        return try? Frame(base64: String(entry.frame))
    }

    fileprivate mutating func keep(_ project: String, _ frame: Frame) {
        entries.removeAll { $0.project == project }
        entries.insert((project[...], frame.base64[...]), at: 0)
        entries = Array(entries.prefix(Self.most))
    }
}

extension LockedVault {
    /// Unlocks with a key of `sessionKey(password:)` to work with one project. When `kept` has that project's key, no RSA
    /// is computed; when not, it is added.
    public func unlock(
        sessionKey: consuming SecretBytes, for project: ProjectRecord, _ kept: inout KeptKeys
    ) throws(VaultError) -> UnlockedVault {
        let vault = try record()
        let opener = PrivateKeyHolder.Opener(try Self.master(sessionKey), vault)
        let binding = try Self.keptKey(vault, project)
        if let frame = kept.frame(project.id), let key = try? opener.master.openProjectKey(frame, binding) {
            let known = OpenKey(record: project.key, key: key)
            return UnlockedVault(locked: self, id: vault.id, PrivateKeyHolder(opener), known: (project.id, known))
        }
        let unlocked = UnlockedVault(locked: self, id: vault.id, PrivateKeyHolder(opener, try opener.open()))
        // A project key that does not open is told when it is used.
        if let key = try? unlocked.key(project), let frame = try? key.sealed(by: opener.master, binding) {
            kept.keep(project.id, frame)
        }
        return unlocked
    }

    private static func keptKey(_ vault: VaultRecord, _ project: ProjectRecord) throws(VaultError) -> Binding {
        .keptProjectKey(
            privateKey: .privateKey(vault: vault.id, try vault.password.parameters()), frame: vault.password.frame,
            publicKey: vault.publicKey,
            projectKey: .projectKey(vault: vault.id, project: project.id, generation: project.key.generation),
            wrapped: project.key.wrapped, signature: project.key.signature)
    }
}
