internal import KnownHosts
internal import PrivateFiles

/// The check of a server's key against a pin and `known_hosts`.
struct HostKeyCheck {
    private var target: SSHTarget
    private let known: Result<KnownHosts, FileError>

    init(_ target: SSHTarget) {
        self.target = target
        self.target.credentials = []
        known = Self.read(target.knownHosts)
    }

    private var name: String { target.hostKeyAlias ?? target.host }
    private var port: UInt16 { target.hostKeyAlias == nil ? target.port : 22 }

    private static func read(_ path: AbsolutePath?) -> Result<KnownHosts, FileError> {
        guard let path else { return .success(KnownHosts()) }
        do throws(FileError) {
            return .success(try KnownHostsFile.read(path) ?? KnownHosts())
        } catch {
            return .failure(error)
        }
    }

    /// The order in which to ask for kinds of keys, known ones first; nil when none is known.
    func preference(among supported: [String]) -> [String]? {
        guard case .success(let known) = known else { return nil }
        let kinds = known.kinds(host: name, port: port).flatMap { $0 == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", $0] : [$0] }
        let first = kinds.filter(supported.contains)
        guard !first.isEmpty else { return nil }
        return first + supported.filter { !first.contains($0) }
    }

    /// Whether the key is new and was recorded now; throws when it is not to be trusted.
    func check(_ key: HostKey) throws(SSHFailure) -> Bool {
        if case .success(let known) = known, case .revoked(let line) = known.judge(key, host: name, port: port) {
            throw .hostKeyRevoked(key.fingerprint, line: line)
        }
        switch target.trust {
        case .any: return false
        case .pin(let pin):
            guard pin.matches(key) else { throw .hostKeyNotPinned(key.fingerprint) }
            // Who pins may be who was told the new key by the refusal of before.
            guard case .success(let known) = known else { return false }
            switch known.judge(key, host: name, port: port) {
            case .changed(let lines): throw .hostKeyChanged(key.fingerprint, lines: lines)
            case .otherKinds(let lines): throw .hostKeyOfOtherKind(key.fingerprint, lines: lines)
            case .match, .unknown, .revoked: return false
            }
        case .knownHosts(let unknown): return try checkKnown(key, unknown)
        }
    }

    private func checkKnown(_ key: HostKey, _ unknown: HostKeyTrust.UnknownHost) throws(SSHFailure) -> Bool {
        // Read again: another connection may have met the host since, and two first uses could be of two different keys.
        let file: KnownHosts
        switch Self.read(target.knownHosts) {
        case .success(let known): file = known
        case .failure(let error): throw .knownHostsUnusable(error)
        }
        switch file.judge(key, host: name, port: port) {
        case .match(let line):
            if unknown == .refuseFirstUse, file.isFirstUse(line: line) { throw .hostKeyUnconfirmed(key.fingerprint, line: line) }
            return false
        case .changed(let lines): throw .hostKeyChanged(key.fingerprint, lines: lines)
        case .otherKinds(let lines): throw .hostKeyOfOtherKind(key.fingerprint, lines: lines)
        case .revoked(let line): throw .hostKeyRevoked(key.fingerprint, line: line)
        case .unknown:
            guard unknown == .trustFirstUse, let path = target.knownHosts else { throw .hostKeyUnknown(key.fingerprint) }
            do throws(FileError) {
                try record(key, in: path)
            } catch {
                throw .knownHostsUnusable(error)
            }
            return true
        }
    }

    private func record(_ key: HostKey, in path: AbsolutePath) throws(FileError) {
        guard let file = path.name else { throw .badPath }
        let salt = try PrivateFiles.randomBytes(20)
        let directory = try Directory(making: path.parent)
        let open = try directory.append(file, trust: .writableByOwnerOnly)
        let size = try open.info.size
        // Another program may have written since the file was read.
        let last = size == 0 ? [0x0a] : try open.read(at: size - 1, count: 1)
        let line = KnownHosts.line(key, host: name, port: port, salt: salt)
        try open.append((last == [0x0a] ? [] : [0x0a]) + line, sync: true)
    }
}
