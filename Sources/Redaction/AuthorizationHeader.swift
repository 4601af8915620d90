/// Credentials of HTTP: the value of an `Authorization` header (RFC 9110, 11.6.2) and `Bearer …` anywhere.
enum AuthorizationHeader {
    private static let schemes: Set<String> = ["basic", "bearer", "token", "apikey", "negotiate", "ntlm", "digest", "bot"]
    private static let end = ByteSet.whitespace.union(.quotes).union(ByteSet(",\\"))

    /// Verifies the value of a header.
    static func match(_ form: Assignment, in window: inout Window) -> Match? {
        guard form.separator == .colon || form.separator == .equals else { return nil }
        let schemeEnd = window.end(of: ByteSet.alphanumeric, from: form.valueStart, limit: 16)
        let scheme = String(decoding: window.copy(form.valueStart..<schemeEnd).map(\.lowercased), as: UTF8.self)
        let start = window.end(of: .space, from: schemeEnd, limit: 16)
        if start > schemeEnd, schemes.contains(scheme) {
            let stop = window.end(of: end.inverted, from: start, limit: 64)
            let value = window.copy(start..<stop)
            guard value.count >= 8, !Value.isPlaceholder(value) else { return nil }
            let label = NamedValue.knownLabel(at: start, in: &window)
                ?? (scheme == "basic" ? "basic-auth" : scheme == "bearer" ? "bearer-token" : "authorization")
            return Match(start: start, tailStart: start, tail: .until(end), label: label)
        }
        let stop = window.end(of: .bearer, from: form.valueStart, limit: 64)
        let value = window.copy(form.valueStart..<stop)
        guard value.count >= 16, Value.has(.digits, in: value), !Value.isPath(value) else { return nil }
        let label = NamedValue.knownLabel(at: form.valueStart, in: &window) ?? "authorization"
        return Match(start: form.valueStart, tailStart: form.valueStart, tail: .until(end), label: label)
    }

    /// Verifies `bearer ` at `index`, whatever stands before it. Without a digit 32 bytes are asked, since words
    /// joined by dashes have none.
    static func bearer(at index: Int, in window: inout Window) -> Match? {
        guard window.isWordStart(at: index) else { return nil }
        let start = window.end(of: .space, from: index + 6, limit: 16)
        let stop = window.end(of: .bearer, from: start, limit: 32)
        guard stop - start >= 16 else { return nil }
        guard stop - start == 32 || Value.has(.digits, in: window.copy(start..<stop)) else { return nil }
        let label = NamedValue.knownLabel(at: start, in: &window) ?? "bearer-token"
        return Match(start: start, tailStart: start, tail: .run(.bearer), label: label)
    }
}
