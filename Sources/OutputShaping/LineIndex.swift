/// Where the lines of a text begin, so that any of them is found without reading the text from its start.
///
/// Eight bytes of memory for every 1024 lines.
public struct LineIndex: Sendable {
    private static let stride = 1024
    /// The starts of line 0 and of every 1024th one behind it.
    private var marks = [0]
    private var newlines = 0
    private var length = 0
    private var isInLine = false

    public init() {}

    /// Takes the next bytes of the text.
    public mutating func append(_ chunk: borrowing Span<UInt8>) {
        guard chunk.count > 0 else { return }
        var index = ByteScan.newline(chunk, from: 0)
        while index < chunk.count {
            newlines += 1
            if newlines % Self.stride == 0 { marks.append(length + index + 1) }
            index = ByteScan.newline(chunk, from: index + 1)
        }
        length += chunk.count
        isInLine = chunk[chunk.count - 1] != 0x0A
    }

    /// Lines of the text. The newline at its end starts no further line.
    public var total: Int { newlines + (isInLine ? 1 : 0) }

    /// Memory it takes, in bytes.
    public var bytes: Int { marks.count * MemoryLayout<Int>.stride }

    /// Some lines that follow each other.
    public struct Slice: Sendable, Equatable {
        /// Their bytes.
        public let bytes: Range<Int>
        /// How many they are.
        public let count: Int
        /// The number of the first line behind them, if there is one.
        public let next: Int?
    }

    /// At most `limit` lines from the line of number `offset`, which counts from 0.
    /// - Parameter text: what `append` took.
    /// - Precondition: neither number is negative.
    public func slice(offset: Int, limit: Int, of text: [UInt8]) -> Slice {
        precondition(offset >= 0 && limit >= 0 && text.count == length, "the index is that of the text")
        guard offset < total else { return Slice(bytes: length..<length, count: 0, next: nil) }
        let count = min(limit, total - offset)
        let end = offset + count
        return Slice(bytes: start(of: offset, text.span)..<start(of: end, text.span), count: count, next: end < total ? end : nil)
    }

    private func start(of line: Int, _ text: borrowing Span<UInt8>) -> Int {
        guard line < total else { return length }
        var start = marks[line / Self.stride]
        for _ in 0..<line % Self.stride { start = ByteScan.newline(text, from: start) + 1 }
        return start
    }
}
