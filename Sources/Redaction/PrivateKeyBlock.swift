/// Private keys in textual form: PEM (RFC 7468), OpenSSH, OpenPGP armour (RFC 9580), SSH2, as lines, on one line, or
/// with literal `\n` as inside JSON.
enum PrivateKeyBlock {
    static let label = "private-key"

    /// Without a footer the body is redacted up to here whatever it holds, in bytes; beyond, while it still looks
    /// like a body. A key of 16,384 bits has fewer.
    static let bodyBound = 16_384
    /// A short body counts only with its footer; one run of this many bytes counts without.
    private static let evidentRun = 16
    /// What may stand between two lines of a body when it is quoted, numbered or escaped.
    private static let gap = ByteSet(" \t\r\n\\\"'+,|>:$#*.").union(.digits)
    private static let escapes = ByteSet("nrt")
    private static let labelBytes = ByteSet.upperDigits.union(ByteSet(" "))
    private static let privateKey = Array("PRIVATE KEY".utf8)
    private static let headers = ["Proc-Type:", "DEK-Info:", "Version:", "Comment:", "Hash:", "Charset:", "Subject:"]
        .map { Array($0.utf8) }
    private static let headerStarts = ByteSet("PDVCHS")
    private static let footer = Array("END".utf8)
    private static let header = Array("BEGIN".utf8)
    private static let body = ByteSet.base64.union(.whitespace).union(ByteSet("\\"))

    /// Verifies a header whose `BEGIN ` starts at `index`.
    static func match(at index: Int, in window: inout Window) -> Match? {
        let dash = UInt8(ascii: "-")
        let spaced = window.has(UInt8(ascii: " "), at: index - 1)
        let dashEnd = spaced ? index - 1 : index
        let start = window.start(of: .dash, before: dashEnd, limit: 5)
        guard dashEnd - start >= 4 else { return nil }
        let labelStart = index + 6
        let labelEnd = window.end(of: labelBytes, from: labelStart, limit: 64)
        guard window.has(dash, at: labelEnd) else { return nil }
        guard window.bytes.span.extracting(labelStart..<labelEnd).holds(privateKey) else { return nil }
        let headerEnd = window.end(of: .dash, from: labelEnd, limit: 6)
        guard headerEnd - labelEnd >= 4, isKey(from: headerEnd, in: &window) else { return nil }
        return Match(
            start: spaced ? index : start, tailStart: headerEnd, tail: .privateKey(seen: 0), label: label)
    }

    /// Whether key material follows a header. A program that merely names the header is left alone.
    private static func isKey(from index: Int, in window: inout Window) -> Bool {
        var position = index
        while position - index < 64, let byte = window.byte(at: position) {
            if byte == UInt8(ascii: "\\"), window.has(escapes, at: position + 1) {
                position += 2
            } else if gap.contains(byte) {
                position += 1
            } else {
                break
            }
        }
        let run = window.end(of: .base64, from: position, limit: evidentRun) - position
        if run == evidentRun { return true }
        if window.has(headerStarts, at: position) {
            for header in headers where window.has(header, at: position) { return true }
        }
        // A number may start the key itself, so the short form is read from the header on.
        let end = window.end(of: body, from: index, limit: 1024)
        return end - index >= 4 && window.has(UInt8(ascii: "-"), at: end) && window.has(UInt8(ascii: "-"), at: end + 1)
    }

    /// Consumes a body up to and with its footer. Returns whether it ended.
    static func consume(_ window: inout Window, from position: inout Int, seen: inout Int) -> Bool {
        let dash = UInt8(ascii: "-")
        while position < window.bytes.count {
            let byte = window.bytes[position]
            if byte == dash {
                window.begin(at: position)
                let dashes = window.end(of: .dash, from: position, limit: 8) - position
                let word = position + dashes + (window.has(UInt8(ascii: " "), at: position + dashes) ? 1 : 0)
                let isFooter = dashes >= 4 && window.has(footer, at: word)
                let isHeader = dashes >= 4 && !isFooter && window.has(header, at: word)
                let end = isFooter ? footerEnd(from: word + 3, in: &window) : position
                if window.reachedEnd { return false }
                if isFooter { position = end }
                if isFooter || isHeader { return true }
                position += max(dashes, 1)
                seen += max(dashes, 1)
                continue
            }
            if seen >= bodyBound, !body.contains(byte) { return true }
            position += 1
            seen += 1
        }
        return false
    }

    private static func footerEnd(from index: Int, in window: inout Window) -> Int {
        let labelEnd = window.end(of: labelBytes, from: index, limit: 64)
        return window.end(of: .dash, from: labelEnd, limit: 5)
    }
}
