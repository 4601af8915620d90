/// Cuts bytes, in whatever pieces they come, into the lines of the stdio transport.
///
/// LF ends a line and a CR before it is dropped; blank lines are left out. Memory is bounded by the longest line: a longer
/// one is dropped as it comes, and only its id is kept, so that it can be refused.
public struct LineSlicer {
    /// Something to hand to `MCPConnection.receive`.
    public enum Line: Sendable {
        /// A line without its ending.
        case message([UInt8])
        /// A line that was too long, and what is known of it.
        case overlong(OverlongLine)
    }

    /// What is known of a line that was too long to keep.
    public struct OverlongLine: Sendable {
        let id: RequestID?
        let isNotification: Bool
    }

    /// The longest line, in bytes without its ending.
    public let limit: Int
    private var partial: [UInt8] = []
    /// Set while a line that is too long is being dropped.
    private var scanner: EnvelopeScanner?

    /// A slicer with a limit of 16 MiB unless told otherwise.
    public init(limit: Int = 16 << 20) { self.limit = limit }

    /// Takes a piece and gives the lines that it completes.
    public mutating func feed(_ bytes: ArraySlice<UInt8>) -> [Line] {
        var lines: [Line] = []
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            take(rest[..<end])
            if let line = endLine() { lines.append(line) }
            rest = rest[(end + 1)...]
        }
        take(rest)
        return lines
    }

    /// Takes a piece and gives the lines that it completes.
    public mutating func feed(_ bytes: [UInt8]) -> [Line] { feed(bytes[...]) }

    /// Ends the input: a line without an ending counts as one.
    public mutating func finish() -> Line? { endLine() }

    private mutating func take(_ piece: ArraySlice<UInt8>) {
        if scanner != nil {
            scanner?.feed(piece)
        } else if partial.count + piece.count > limit + 1 {
            // One more than the limit, for a CR that does not count.
            var started = EnvelopeScanner()
            started.feed(partial)
            started.feed(piece)
            scanner = started
            partial = []
        } else {
            partial.append(contentsOf: piece)
        }
    }

    private mutating func endLine() -> Line? {
        if let dropped = scanner {
            scanner = nil
            return .overlong(OverlongLine(id: dropped.id, isNotification: dropped.isNotification))
        }
        var line = partial
        partial = []
        if line.last == 0x0D { line.removeLast() }
        if line.count > limit {
            var scanner = EnvelopeScanner()
            scanner.feed(line)
            return .overlong(OverlongLine(id: scanner.id, isNotification: scanner.isNotification))
        }
        let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        return isBlank ? nil : .message(line)
    }
}
