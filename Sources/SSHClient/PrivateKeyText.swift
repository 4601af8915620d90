internal import Digest
internal import SecretMemory

/// What the text of a private key file tells without its secret part.
struct PrivateKeyText: Equatable {
    enum Kind: Equatable { case rsa, other }

    /// Nil when the text does not say.
    var kind: Kind?
    var isEncrypted: Bool
    /// Rounds of the derivation of the key from the passphrase; 0 when there is none, or it does not say.
    var rounds: UInt32 = 0
    /// The public key as a line of text, where it stands in the clear; else empty.
    var publicKey: [UInt8] = []

    /// Nil when it is no private key.
    init?(_ text: RawSpan) {
        guard let begin = Self.find("-----BEGIN ", in: text, from: 0) else { return nil }
        let label = begin + 11
        if Self.holds("OPENSSH PRIVATE KEY-----", text, at: label) {
            guard let header = Self.header(text, from: label + 24) else { return nil }
            self = header
        } else if let kind = Self.olderKind(text, at: label) {
            self.kind = kind
            isEncrypted = Self.find("ENCRYPTED", in: text, from: label, until: label + 200) != nil
        } else if Self.holds("PRIVATE KEY-----", text, at: label) {
            (kind, isEncrypted) = (nil, false)
        } else if Self.holds("ENCRYPTED PRIVATE KEY-----", text, at: label) {
            (kind, isEncrypted) = (nil, true)
        } else {
            return nil
        }
    }

    private init(publicKey key: [UInt8], isEncrypted: Bool, rounds: UInt32) {
        let name = AgentMessage.kind(of: key) ?? ""
        kind = name == "ssh-rsa" ? .rsa : .other
        publicKey = Array("\(name) \(Base64.encode(key))".utf8)
        (self.isEncrypted, self.rounds) = (isEncrypted, rounds)
    }

    /// The kind by the label of a PEM file that names it.
    private static func olderKind(_ text: RawSpan, at label: Int) -> Kind? {
        if holds("RSA PRIVATE KEY-----", text, at: label) { return .rsa }
        let isOther = holds("EC PRIVATE KEY-----", text, at: label) || holds("DSA PRIVATE KEY-----", text, at: label)
        return isOther ? .other : nil
    }

    private static func holds(_ wanted: StaticString, _ text: RawSpan, at place: Int) -> Bool {
        find(wanted, in: text, from: place, until: place + 1) != nil
    }

    private static func find(_ wanted: StaticString, in text: RawSpan, from: Int, until: Int = .max) -> Int? {
        let bytes = Array(wanted.description.utf8)
        var start = from
        while start + bytes.count <= text.byteCount, start < until {
            if bytes.indices.allSatisfy({ text.byte(at: start + $0) == bytes[$0] }) { return start }
            start += 1
        }
        return nil
    }

    /// The head of OpenSSH's own format (PROTOCOL.key): cipher, derivation, public key. The secret part is not decoded.
    private static func header(_ text: RawSpan, from start: Int) -> PrivateKeyText? {
        var reader = HeaderReader(position: start)
        guard reader.bytes(15, of: text) == Array("openssh-key-v1\0".utf8), let cipher = reader.string(of: text),
            let derivation = reader.string(of: text), let options = reader.string(of: text), reader.bytes(4, of: text) == [0, 0, 0, 1],
            let key = reader.string(of: text)
        else { return nil }
        var rounds: UInt32 = 0
        if derivation == Array("bcrypt".utf8) {
            guard options.count >= 4 else { return nil }
            rounds = options.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
        }
        return PrivateKeyText(publicKey: key, isEncrypted: cipher != Array("none".utf8), rounds: rounds)
    }
}

/// Decodes base64 from a text one byte at a time, so that it stops where the secret part begins.
private struct HeaderReader {
    private var position: Int
    private var bits: UInt32 = 0
    private var count = 0

    init(position: Int) { self.position = position }

    private mutating func byte(of text: RawSpan) -> UInt8? {
        while count < 8 {
            guard position < text.byteCount else { return nil }
            let character = text.byte(at: position)
            position += 1
            if character == 0x0a || character == 0x0d { continue }
            guard let value = Base64.value(character) else { return nil }
            bits = (bits << 6 | value) & 0xffff
            count += 6
        }
        count -= 8
        return UInt8(truncatingIfNeeded: bits >> UInt32(count))
    }

    mutating func bytes(_ count: Int, of text: RawSpan) -> [UInt8]? {
        var bytes: [UInt8] = []
        for _ in 0..<count {
            guard let byte = byte(of: text) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    mutating func string(of text: RawSpan) -> [UInt8]? {
        guard let length = bytes(4, of: text)?.reduce(0, { $0 << 8 | Int($1) }), length <= 4096 else { return nil }
        return bytes(length, of: text)
    }
}
