/// Tells the driver's marks in one stream from what commands print. Pure; indifferent to chunking.
///
/// A mark is its byte, a token of 32 hexadecimal digits, and fields up to the byte again. It counts only with a token that is
/// waited for; a token is made for one use, at random, and printed by nobody before the driver does.
struct MarkReader {
    enum Token: Equatable, Sendable {
        case hello, begin, command, secret
    }

    enum Piece: Equatable {
        case output(ArraySlice<UInt8>)
        case mark(Token, fields: [ArraySlice<UInt8>])
    }

    /// Longer than any mark: a path has at most 4096 bytes, and a report is shorter.
    static let markLimit = 16 << 10
    private static let headLength = 34
    /// What is waited for, with its digits.
    var tokens: [(token: Token, digits: [UInt8])] = []
    /// The beginning of what may be a mark.
    private var pending: [UInt8] = []

    mutating func expect(_ token: Token, _ digits: String) {
        tokens.removeAll { $0.token == token }
        tokens.append((token, Array(digits.utf8)))
    }

    /// Takes the next bytes and hands on what they are. What may become a mark is kept back.
    mutating func feed(_ bytes: ArraySlice<UInt8>, _ body: (Piece) -> Void) {
        var rest = bytes
        if !pending.isEmpty {
            rest = (pending + bytes)[...]
            pending = []
        }
        var from = rest.startIndex
        while let place = Self.markByte(in: rest, from: from) {
            switch mark(at: place, in: rest) {
            case .no:
                // The byte itself is output, and what follows may hold a mark.
                from = place + 1
            case .open:
                emit(rest[..<place], body)
                pending = Array(rest[place...])
                return
            case .whole(let token, let fields, let end):
                emit(rest[..<place], body)
                // A handler may wait for other tokens from here on.
                body(.mark(token, fields: fields))
                rest = rest[end...]
                from = end
            }
        }
        emit(rest, body)
    }

    private static func markByte(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        let span = bytes.span
        var index = start - bytes.startIndex
        while index < span.count {
            if span[index] == RemoteDriver.markByte { return index + bytes.startIndex }
            index += 1
        }
        return nil
    }

    /// What was kept back and is no mark, since nothing follows.
    mutating func finish() -> [UInt8] {
        defer { pending = [] }
        return pending
    }

    private func emit(_ bytes: ArraySlice<UInt8>, _ body: (Piece) -> Void) {
        if !bytes.isEmpty { body(.output(bytes)) }
    }

    private enum Found {
        case no, open
        case whole(Token, [ArraySlice<UInt8>], end: Int)
    }

    private func mark(at place: Int, in bytes: ArraySlice<UInt8>) -> Found {
        let head = bytes[(place + 1)...].prefix(Self.headLength - 1)
        let match = tokens.first { candidate in
            head.first ?? candidate.digits[0] == candidate.digits[0] && head.prefix(32).elementsEqual(candidate.digits.prefix(head.count))
        }
        guard let match else { return .no }
        guard head.count == Self.headLength - 1 else { return .open }
        guard head.last == RemoteDriver.fieldByte else { return .no }
        let body = bytes[(place + Self.headLength)...]
        guard let end = body.prefix(Self.markLimit).firstIndex(of: RemoteDriver.markByte) else {
            return body.count < Self.markLimit ? .open : .no
        }
        let fields = body[..<end].split(separator: RemoteDriver.fieldByte, omittingEmptySubsequences: false)
        return .whole(match.token, fields, end: end + 1)
    }
}
