internal import Digest

/// What a `known_hosts` file says of a server's key.
public enum KnownHostVerdict: Equatable, Sendable {
    /// The key stands there for this host. The number is of the line, from 1.
    case match(line: Int)
    /// Another key of the same kind stands there: the server was rebuilt, or someone stands between.
    case changed(lines: [Int])
    /// Only keys of other kinds stand there. OpenSSH would trust the first use of a new kind; someone who stands between can
    /// choose the kind, so this is no unknown host.
    case otherKinds(lines: [Int])
    /// Nothing stands there for this host.
    case unknown
    /// The key is marked `@revoked` for this host.
    case revoked(line: Int)
}

/// The content of a `known_hosts` file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), as a value.
///
/// Lines that cannot be read are passed over, as OpenSSH does. `@cert-authority` is not supported: such a line vouches for
/// nothing here, so that its hosts are unknown.
public struct KnownHosts: Sendable {
    private enum Marker { case none, revoked, authority }

    private struct Line {
        var number: Int
        var marker: Marker
        var hosts: [UInt8]
        var key: HostKey
        /// Recorded at a first use here, so nobody has compared it.
        var isFirstUse: Bool
    }

    /// Stands behind the key, as a remark, on lines that were recorded at a first use.
    public static let firstUseMark = "execkit-first-use"

    private var lines: [Line] = []
    /// How many lines are used: keys that are trusted or revoked.
    public var usable: Int { lines.count }
    /// The numbers of lines that are neither empty, comments nor readable.
    public private(set) var unreadable: [Int] = []
    /// The numbers of `@cert-authority` lines, which are not supported.
    public private(set) var authorities: [Int] = []
    /// Whether a line can be appended without ending the last one first.
    public let endsWithNewline: Bool

    public init(_ text: [UInt8] = []) {
        endsWithNewline = text.isEmpty || text.last == 0x0a
        for (index, line) in text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            read(line, number: index + 1)
        }
    }

    private mutating func read(_ text: ArraySlice<UInt8>, number: Int) {
        var fields = text.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
        guard let first = fields.first, first.first != 0x23 else { return }
        var marker = Marker.none
        if first.first == 0x40 {
            switch String(decoding: first, as: UTF8.self) {
            case "@revoked": marker = .revoked
            case "@cert-authority": marker = .authority
            default: return unreadable.append(number)
            }
            fields.removeFirst()
        }
        guard fields.count >= 3, let blob = Base64.decode(fields[2]), let key = HostKey(blob: blob),
            key.type.utf8.elementsEqual(fields[1])
        else { return unreadable.append(number) }
        if marker == .authority { return authorities.append(number) }
        lines.append(Line(number: number, marker: marker, hosts: Array(fields[0]), key: key,
                isFirstUse: fields.dropFirst(3).contains { $0.elementsEqual(Self.firstUseMark.utf8) }))
    }

    /// Judges a key that a server presented.
    ///
    /// A host at another port than 22 stands there as `[host]:port`; when nothing does, the same key under the host's bare
    /// name is a match too, as in OpenSSH.
    public func judge(_ key: HostKey, host: String, port: UInt16) -> KnownHostVerdict {
        let verdict = judge(key, name: Self.name(host: host, port: port))
        guard port != 22, verdict == .unknown else { return verdict }
        switch judge(key, name: Self.name(host: host, port: 22)) {
        case .match(let line): return .match(line: line)
        case .revoked(let line): return .revoked(line: line)
        default: return .unknown
        }
    }

    private func judge(_ key: HostKey, name: [UInt8]) -> KnownHostVerdict {
        let found = lines.filter { Self.matches($0.hosts, name) }
        if let line = found.first(where: { $0.marker == .revoked && $0.key == key }) { return .revoked(line: line.number) }
        let keys = found.filter { $0.marker == .none }
        let same = keys.filter { $0.key == key }
        if let line = same.first(where: { !$0.isFirstUse }) ?? same.first { return .match(line: line.number) }
        let sameKind = keys.filter { $0.key.type == key.type }
        if !sameKind.isEmpty { return .changed(lines: sameKind.map(\.number)) }
        return keys.isEmpty ? .unknown : .otherKinds(lines: keys.map(\.number))
    }

    /// Whether a line was recorded at a first use by us, and nobody has taken the mark away since.
    public func isFirstUse(line number: Int) -> Bool { lines.contains { $0.number == number && $0.isFirstUse } }

    /// The kinds of the keys that stand there for the host, each once, in the order of the file: what to ask the server for
    /// first, so that it does not present a key that nobody has seen.
    public func kinds(host: String, port: UInt16) -> [String] {
        var kinds: [String] = []
        let names = port == 22 ? [22] : [port, 22]
        for name in names.map({ Self.name(host: host, port: $0) }) {
            for line in lines where line.marker == .none && !kinds.contains(line.key.type) && Self.matches(line.hosts, name) {
                kinds.append(line.key.type)
            }
        }
        return kinds
    }

    /// The name under which a host stands in the file.
    static func name(host: String, port: UInt16) -> [UInt8] {
        let lower = host.utf8.map(HostPattern.lowercased)
        return port == 22 ? lower : [0x5b] + lower + Array("]:\(port)".utf8)
    }

    private static func matches(_ hosts: [UInt8], _ name: [UInt8]) -> Bool {
        guard hosts.starts(with: Array("|1|".utf8)) else { return HostPattern.list(hosts, matches: name) }
        let parts = hosts.dropFirst(3).split(separator: 0x7c, omittingEmptySubsequences: false)
        guard parts.count == 2, let salt = Base64.decode(parts[0]), let hash = Base64.decode(parts[1]) else { return false }
        return SHA1.code(key: salt, message: name) == hash
    }

    /// The line that says that the host had this key at its first use, with its newline; the name is hashed, as `HashKnownHosts yes` does, so
    /// that the file does not tell where its owner goes.
    ///
    /// - Parameter salt: 20 random bytes.
    public static func line(_ key: HostKey, host: String, port: UInt16, salt: [UInt8]) -> [UInt8] {
        let hash = SHA1.code(key: salt, message: name(host: host, port: port))
        return Array("|1|\(Base64.encode(salt))|\(Base64.encode(hash)) \(key.type) \(Base64.encode(key.blob)) \(firstUseMark)\n".utf8)
    }
}
