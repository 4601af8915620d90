/// The language of ssh-agent (draft-ietf-sshm-ssh-agent), as far as it is needed: which keys, and one signature.
enum AgentMessage {
    /// The longest message that is believed (the limit of OpenSSH's agent).
    static let longest = 256 << 10

    private static func string(_ bytes: [UInt8]) -> [UInt8] { number(UInt32(bytes.count)) + bytes }
    private static func number(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// SSH_AGENTC_REQUEST_IDENTITIES
    static var requestKeys: [UInt8] { string([11]) }

    /// SSH_AGENTC_SIGN_REQUEST. For RSA the flags ask for the hash that the name of the algorithm within `data` says.
    static func requestSignature(key: [UInt8], data: [UInt8]) -> [UInt8] {
        string([13] + string(key) + string(data) + number(flags(data)))
    }

    /// The name of the algorithm is the sixth thing in what is signed (RFC 4252, section 7).
    private static func flags(_ data: [UInt8]) -> UInt32 {
        var reader = WireReader(data)
        guard reader.string() != nil, reader.byte() != nil, reader.string() != nil, reader.string() != nil,
            reader.string() != nil, reader.byte() != nil, let name = reader.string()
        else { return 0 }
        switch String(decoding: name, as: UTF8.self) {
        case "rsa-sha2-256": return 2
        case "rsa-sha2-512": return 4
        default: return 0
        }
    }

    /// How many bytes the first message in `bytes` has with its length; nil when that has not come. Throws when it is too long.
    static func length(_ bytes: [UInt8]) throws(AgentFailure) -> Int? {
        guard bytes.count >= 4 else { return nil }
        let length = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length >= 1, length <= longest else { throw .notAnAgent }
        return bytes.count >= 4 + length ? 4 + length : nil
    }

    /// The public keys of SSH_AGENT_IDENTITIES_ANSWER.
    static func keys(_ message: ArraySlice<UInt8>) throws(AgentFailure) -> [[UInt8]] {
        var reader = WireReader(message.dropFirst(4))
        guard reader.byte() == 12, let count = reader.number(), count <= 4096 else { throw .notAnAgent }
        var keys: [[UInt8]] = []
        for _ in 0..<count {
            guard let key = reader.string(), reader.string() != nil else { throw .notAnAgent }
            keys.append(key)
        }
        return keys
    }

    /// The signature of SSH_AGENT_SIGN_RESPONSE, without the name of its algorithm.
    static func signature(_ message: ArraySlice<UInt8>) throws(AgentFailure) -> [UInt8] {
        var reader = WireReader(message.dropFirst(4))
        guard reader.byte() == 14, let whole = reader.string() else { throw .refused }
        var inner = WireReader(whole)
        guard inner.string() != nil, let signature = inner.string(), !signature.isEmpty else { throw .notAnAgent }
        return signature
    }

    /// Whether libssh2 can log in with a key of this kind through an agent: no certificates, no hardware tokens, no DSA.
    static func isUsable(_ key: [UInt8]) -> Bool {
        guard let kind = kind(of: key) else { return false }
        return ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"].contains(kind)
    }

    static func kind(of key: [UInt8]) -> String? {
        var reader = WireReader(key)
        return reader.string().map { String(decoding: $0, as: UTF8.self) }
    }
}

/// What is wrong with an agent.
enum AgentFailure: Error, Equatable {
    case unavailable, notAnAgent, refused
}

/// Reads the data types of SSH (RFC 4251, section 5).
struct WireReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) { rest = Array(bytes)[...] }

    mutating func byte() -> UInt8? { rest.popFirst() }

    mutating func number() -> UInt32? {
        guard rest.count >= 4 else { return nil }
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func string() -> [UInt8]? {
        guard let count = number(), rest.count >= Int(count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return Array(rest.prefix(Int(count)))
    }
}
