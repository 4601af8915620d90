/// Credentials of HTTP: the value of an `Authorization` header (RFC 9110, 11.6.2) and `Bearer …` anywhere.
enum AuthorizationHeader {
    private static let schemes = WordSet("basic", "bearer", "token", "apikey", "negotiate", "ntlm", "digest", "bot")
    private static let basic = Array("basic".utf8)
    private static let bearer = Array("bearer".utf8)
    private static let end = ByteSet.whitespace.union(.quotes).union(ByteSet(",\\"))
    private static let credential = end.inverted

    /// Verifies the value of a header.
    static func match(_ form: Assignment, in window: inout Window) -> Match? {
        guard form.separator == .colon || form.separator == .equals else { return nil }
        let schemeEnd = window.end(of: ByteSet.alphanumeric, from: form.valueStart, limit: 16)
        let scheme = form.valueStart..<schemeEnd
        let start = window.end(of: .space, from: schemeEnd, limit: 16)
        if start > schemeEnd, schemes.contains(window.bytes.span.extracting(scheme), folded: true) {
            let stop = window.end(of: credential, from: start, limit: 64)
            guard stop - start >= 8, !Value.isPlaceholder(window.bytes.span.extracting(start..<stop)) else { return nil }
            let known = NamedValue.knownLabel(at: start, in: &window)
            let label = known ?? Self.label(window.bytes.span.extracting(scheme))
            return Match(start: start, tailStart: start, tail: .until(end), label: label)
        }
        let stop = window.end(of: .bearer, from: form.valueStart, limit: 64)
        if form.quote == nil, window.has(UInt8(ascii: "("), at: stop) { return nil }
        guard stop - form.valueStart >= 16 else { return nil }
        guard isCredential(window.bytes.span.extracting(form.valueStart..<stop)) else { return nil }
        let label = NamedValue.knownLabel(at: form.valueStart, in: &window) ?? "authorization"
        return Match(start: form.valueStart, tailStart: form.valueStart, tail: .until(end), label: label)
    }

    private static func isCredential(_ value: borrowing Span<UInt8>) -> Bool {
        Value.has(.digits, in: value) && !Value.isPath(value)
    }

    private static func label(_ scheme: borrowing Span<UInt8>) -> String {
        if scheme.isEqual(to: basic, folded: true) { return "basic-auth" }
        return scheme.isEqual(to: bearer, folded: true) ? "bearer-token" : "authorization"
    }

    /// Verifies `bearer ` at `index`, whatever stands before it. Without a digit 32 bytes are asked, since words
    /// joined by dashes have none.
    static func bearer(at index: Int, in window: inout Window) -> Match? {
        guard window.isWordStart(at: index) else { return nil }
        let start = window.end(of: .space, from: index + 6, limit: 16)
        let stop = window.end(of: .bearer, from: start, limit: 32)
        guard stop - start >= 16 else { return nil }
        guard stop - start == 32 || Value.has(.digits, in: window.bytes.span.extracting(start..<stop)) else { return nil }
        let label = NamedValue.knownLabel(at: start, in: &window) ?? "bearer-token"
        return Match(start: start, tailStart: start, tail: .run(.bearer), label: label)
    }
}
