/// Keeps the beginning and the end of a stream of any length in bounded memory.
///
/// Feed it text that has been cleaned and redacted, so that no cut can split a secret.
public struct BoundedCollector: Sendable {
    private let headLimit: Int
    private let tailLimit: Int
    private var head: [UInt8] = []
    private var tail: [UInt8] = []

    /// Bytes seen.
    public private(set) var totalBytes = 0
    /// Unicode scalars seen.
    public private(set) var totalCharacters = 0

    /// Keeps `limit` bytes at most. Memory used while collecting is at most one and a half times as much, and 400 bytes.
    /// - Precondition: `limit` is not negative.
    public init(limit: Int) {
        precondition(limit >= 0, "a limit is not negative")
        // Far beyond any memory, so nothing is lost, and the sums below cannot overflow.
        let limit = min(limit, Int.max / 8)
        headLimit = limit / 2
        tailLimit = limit - limit / 2
    }

    /// What is stored beyond each limit, so that a marker at the cut can be seen whole.
    private var slack: Int { RedactionMarker.longest }

    /// Takes the next bytes of the stream.
    public mutating func append(_ chunk: borrowing Span<UInt8>) {
        totalBytes += chunk.count
        totalCharacters += ByteScan.characterCount(chunk)
        let first = min(headLimit + slack - head.count, chunk.count)
        ByteScan.append(chunk, 0..<first, to: &head)
        guard first < chunk.count else { return }
        let kept = tailLimit + slack
        if chunk.count - first >= kept { tail.removeAll(keepingCapacity: true) }
        ByteScan.append(chunk, max(first, chunk.count - kept)..<chunk.count, to: &tail)
        // Moving the rest down only when half of it is waste makes the cost of moving constant for each byte.
        if tail.count >= kept * 2 { tail.removeFirst(tail.count - kept) }
    }

    /// What was kept. Its cuts fall between characters and never inside a redaction marker.
    public func collected() -> ElidedText {
        let isContiguous = head.count + tail.count == totalBytes
        let front = isContiguous ? head + tail : head
        if isContiguous, totalBytes - headLimit <= tailLimit { return ElidedText(whole: front) }
        let back = isContiguous ? front : tail
        let keptHead = Array(front[..<RedactionMarker.headCut(headLimit, in: front)])
        let keptTail = Array(back[RedactionMarker.tailCut(back.count - tailLimit, in: back)...])
        let kept = ByteScan.characterCount(keptHead.span) + ByteScan.characterCount(keptTail.span)
        return ElidedText(head: keptHead, tail: keptTail, elidedCharacters: totalCharacters - kept)
    }
}
