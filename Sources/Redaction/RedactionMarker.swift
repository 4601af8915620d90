/// The text that stands where a secret was: `[REDACTED:kind]`.
public enum RedactionMarker {
    static let opening = Array("[REDACTED:".utf8)
    /// The longest label a marker can carry, in bytes.
    public static let longestLabel = 64
    private static let label = ByteSet.tokenAndDot

    /// The marker of a kind such as `github-token`, or of the name of a known value.
    public static func bytes(for label: String) -> [UInt8] {
        opening + Array(label.utf8) + [UInt8(ascii: "]")]
    }

    /// Appends the marker of a kind.
    static func append(_ label: String, to output: inout [UInt8]) {
        output.append(contentsOf: opening)
        output.append(contentsOf: label.utf8)
        output.append(UInt8(ascii: "]"))
    }

    /// Whether a marker of any kind stands in `bytes`. A tool that writes text asks this first: text that holds a
    /// marker was read through a redactor, and writing it back would destroy the secret in the file.
    public static func contains(_ bytes: some Collection<UInt8>) -> Bool {
        let text = Array(bytes)
        var window = Window()
        window.bytes = text
        window.isFinal = true
        for index in text.indices where text[index] == opening[0] {
            window.begin(at: index)
            if labelEnd(at: index, in: &window) != nil { return true }
        }
        return false
    }

    /// The end of the label of a marker that starts at `index`.
    static func labelEnd(at index: Int, in window: inout Window) -> Int? {
        guard window.has(opening, at: index) else { return nil }
        let start = index + opening.count
        let end = window.end(of: label, from: start, limit: longestLabel)
        return end > start && window.has(UInt8(ascii: "]"), at: end) ? end : nil
    }
}
