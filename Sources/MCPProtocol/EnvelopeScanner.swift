import JSON

/// Finds the `id` of a message that is too large or too deep to be parsed, in constant memory.
///
/// A refused request still gets an answer that its client can match, or the client would wait for ever. It is fed byte
/// by byte and trusts nothing: what it finds only decides where an error goes.
struct EnvelopeScanner {
    private(set) var id: RequestID?
    private var hasID = false
    private var hasMethod = false

    private var depth = 0
    private var inString = false
    private var escaped = false
    /// The member of the outermost object that is being read.
    private var key: [UInt8] = []
    private var expectsKey = false
    private var token: [UInt8] = []
    private var tokenIsTooLong = false

    /// Whether the message so far is a notification: a method and no id.
    var isNotification: Bool { hasMethod && !hasID }

    mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { feed(byte) }
    }

    private mutating func feed(_ byte: UInt8) {
        if inString {
            keep(byte)
            if escaped {
                escaped = false
            } else if byte == 0x5C {
                escaped = true
            } else if byte == 0x22 {
                inString = false
                if depth == 1, expectsKey { key = token }
            }
            return
        }
        switch byte {
        case 0x22:
            inString = true
            token.removeAll(keepingCapacity: true)
            tokenIsTooLong = false
            keep(byte)
        case 0x7B, 0x5B:
            depth += 1
            expectsKey = depth == 1 && byte == 0x7B
        case 0x7D, 0x5D:
            if depth == 1 { endMember() }
            depth -= 1
        case 0x3A where depth == 1:
            expectsKey = false
            if key == Array("\"method\"".utf8) { hasMethod = true }
            token.removeAll(keepingCapacity: true)
            tokenIsTooLong = false
        case 0x2C where depth == 1:
            endMember()
            expectsKey = true
        case 0x20, 0x09, 0x0A, 0x0D: break
        default: keep(byte)
        }
    }

    private mutating func endMember() {
        defer { key = [] }
        guard key == Array("\"id\"".utf8) else { return }
        hasID = true
        guard !tokenIsTooLong, let value = try? JSONParser.parse(token) else { return }
        id = RequestID(value)
    }

    private mutating func keep(_ byte: UInt8) {
        guard depth == 1 else { return }
        if token.count < RequestID.maximumBytes { token.append(byte) } else { tokenIsTooLong = true }
    }
}
