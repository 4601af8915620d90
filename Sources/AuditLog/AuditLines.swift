/// Cuts bytes that come in pieces into lines.
public struct AuditLines {
    private var buffer: [UInt8] = []
    private var start = 0
    /// Up to here the buffer is known to hold no line feed.
    private var searched = 0

    public init() {}

    /// Takes in the next bytes.
    public mutating func feed(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        buffer += bytes
    }

    /// The next whole line without its line feed, or nil when none is whole yet.
    public mutating func next() -> ArraySlice<UInt8>? {
        guard let newline = buffer[searched...].firstIndex(of: 0x0a) else {
            searched = buffer.count
            return nil
        }
        let line = buffer[start..<newline]
        start = newline + 1
        searched = start
        return line
    }

    /// How many bytes stand after the last whole line taken.
    public var pendingCount: Int { buffer.count - start }
}
