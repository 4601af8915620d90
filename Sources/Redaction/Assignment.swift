/// The form in which a value follows a name: `name=`, `"name": "`, `<name>`, `--name `.
struct Assignment {
    enum Separator { case equals, colon, tag, space }

    var separator: Separator
    /// Spaces stand around the separator.
    var isSpaced: Bool
    var isNameQuoted: Bool
    /// The quote that opens the value.
    var quote: UInt8?
    /// That quote is the `\"` of text inside a string.
    var isEscaped = false
    /// The first byte of the value, behind its quote.
    var valueStart: Int

    /// Reads the form behind a name that ends at `nameEnd`.
    init?(after nameEnd: Int, in window: inout Window) {
        var position = nameEnd
        isNameQuoted = false
        if window.has(UInt8(ascii: "\\"), at: position), window.has(.quotes, at: position + 1) {
            isNameQuoted = true
            position += 2
        } else if window.has(.quotes, at: position) {
            isNameQuoted = true
            position += 1
        }
        if isNameQuoted, window.has(UInt8(ascii: "]"), at: position) { position += 1 }
        let separatorStart = window.end(of: .space, from: position, limit: 16)
        let apart = separatorStart > position
        position = separatorStart
        let next = window.byte(at: position)
        switch next {
        case UInt8(ascii: "="):
            guard !window.has(.comparison, at: position + 1) else { return nil }
            separator = .equals
            position += window.has(UInt8(ascii: ">"), at: position + 1) ? 2 : 1
        case UInt8(ascii: ":"):
            guard !window.has(UInt8(ascii: ":"), at: position + 1) else { return nil }
            separator = .colon
            if window.has(UInt8(ascii: "="), at: position + 1) {
                separator = .equals
                position += 1
            }
            position += 1
        case UInt8(ascii: "?") where window.has(UInt8(ascii: "="), at: position + 1):
            separator = .equals
            position += 2
        case UInt8(ascii: ">") where !apart && !isNameQuoted:
            separator = .tag
            position += 1
        default:
            guard apart, next != nil, !isNameQuoted else { return nil }
            separator = .space
        }
        let valueStart = separator == .tag ? position : window.end(of: .space, from: position, limit: 16)
        isSpaced = apart || valueStart > position
        self.valueStart = valueStart
        openValue(in: &window)
    }

    /// Steps over what opens a string: `"`, `\"`, and the letter of `b"` or `f"`.
    private mutating func openValue(in window: inout Window) {
        guard separator != .tag else { return }
        var position = valueStart
        if window.has(.stringPrefixes, at: position), window.has(.quotes, at: position + 1) { position += 1 }
        if window.has(UInt8(ascii: "\\"), at: position), window.has(.quotes, at: position + 1) {
            isEscaped = true
            position += 1
        }
        guard let byte = window.byte(at: position), ByteSet.quotes.contains(byte) else { return }
        quote = byte
        valueStart = position + 1
    }
}
