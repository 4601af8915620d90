/// Trimming of output for display. Nothing in this room trims by itself: the exact text is kept until the caller asks.
public enum Trimming {
    /// `text` without the newlines at its beginning and end.
    public static func surroundingNewlines(_ text: [UInt8]) -> [UInt8] {
        guard let first = text.firstIndex(where: { $0 != 0x0A }), let last = text.lastIndex(where: { $0 != 0x0A }) else {
            return []
        }
        return Array(text[first...last])
    }
}
