/// The password in `scheme://user:PASSWORD@host` (RFC 3986, 3.2.1).
enum URLPassword {
    static let label = "url-password"
    private static let authorityEnd = ByteSet.whitespace.union(.quotes).union(ByteSet("/?#<>\\|{}"))

    /// Verifies an authority behind a `://` that starts at `index`.
    static func match(at index: Int, in window: inout Window) -> Match? {
        guard window.has(.alphanumeric, at: index - 1) else { return nil }
        var colon: Int?
        var last: Int?
        var position = index + 3
        while let byte = window.byte(at: position), !authorityEnd.contains(byte) {
            if byte == UInt8(ascii: ":"), colon == nil { colon = position }
            if byte == UInt8(ascii: "@") { last = position }
            position += 1
        }
        guard let colon, let last, colon + 1 < last else { return nil }
        guard !Value.isPlaceholder(window.bytes.span.extracting(colon + 1..<last)) else { return nil }
        return Match(start: colon + 1, tailStart: last, tail: .none, label: label)
    }
}
