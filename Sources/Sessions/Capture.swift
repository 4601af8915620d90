internal import EventLoop

/// What a stream gave: all of it while it is small, else its beginning and its end.
///
/// Memory stays bounded whatever comes: a first part in an array, the rest in anonymous files of the kernel that are
/// mapped nowhere, 8 MiB for the head and between 8 and 16 MiB for the tail. Bytes are raw; nothing is cleaned,
/// redacted or decoded.
public final class Capture {
    /// Kept from the start of the stream.
    public static let headLimit = 8 << 20
    /// Kept, at least, from its end.
    public static let tailLimit = 8 << 20
    /// Kept in an array before a file is made.
    private static let smallLimit = 64 << 10

    /// Bytes that came.
    public private(set) var totalBytes = 0
    private var small: [UInt8] = []
    private var head: Spool?
    private var olderTail: Spool?
    private var tail: Spool?
    /// Hidden at the end: what the shell itself printed there.
    private var hidden = 0
    private let makeFile: () throws(SystemError) -> MemoryFile

    public convenience init() { self.init(makeFile: { () throws(SystemError) in try MemoryFile() }) }

    /// Of a stream that gave these bytes.
    public convenience init(_ bytes: [UInt8]) {
        self.init()
        append(bytes[...])
    }

    init(makeFile: @escaping () throws(SystemError) -> MemoryFile) { self.makeFile = makeFile }

    /// Bytes between head and tail that are gone.
    public var omittedBytes: Int { max(0, tailStart - headEnd) }
    /// Whether every byte that came can still be read.
    public var isComplete: Bool { omittedBytes == 0 }

    private var headEnd: Int { head?.count ?? small.count }
    private var tailStart: Int { (olderTail ?? tail)?.start ?? (lost ? totalBytes + hidden : headEnd) }
    /// The kernel had no room for a file.
    private var lost = false

    func append(_ bytes: ArraySlice<UInt8>) {
        totalBytes += bytes.count
        if head == nil, !lost {
            if small.count + bytes.count <= Self.smallLimit {
                small += bytes
                return
            }
            guard let spool = Spool(start: 0, makeFile), spool.append(small[...]) else { return lost = true }
            head = spool
            small = []
        }
        guard !lost, let head else { return }
        let room = Self.headLimit - head.count
        if tail == nil, room > 0 { lost = !head.append(bytes.prefix(room)) }
        let rest = tail == nil ? bytes.dropFirst(max(0, room)) : bytes
        if !lost, !rest.isEmpty { appendToTail(rest) }
    }

    private func appendToTail(_ bytes: ArraySlice<UInt8>) {
        if (tail?.count ?? Self.tailLimit) + bytes.count > Self.tailLimit {
            olderTail = tail
            tail = Spool(start: totalBytes - bytes.count, makeFile)
        }
        lost = !(tail?.append(bytes) ?? false)
        if lost { (olderTail, tail) = (nil, nil) }
    }

    /// The bytes at a place of the stream, as far as they were kept: up to `length`, fewer at an end or at the gap.
    public func bytes(at offset: Int, length: Int) -> [UInt8] {
        let end = min(totalBytes, offset.addingReportingOverflow(length).overflow ? .max : offset + length)
        guard offset >= 0, offset < end else { return [] }
        if offset < headEnd {
            return head?.bytes(at: offset, to: end) ?? Array(small[offset..<min(end, small.count)])
        }
        for spool in [olderTail, tail] {
            if let spool, offset >= spool.start, offset < spool.start + spool.count {
                return spool.bytes(at: offset, to: end)
            }
        }
        return []
    }

    /// Where to go on reading when nothing is kept at `offset`: behind the gap, if it lies in one, else at the end.
    public func nextKept(behind offset: Int) -> Int {
        offset < tailStart ? min(tailStart, totalBytes) : totalBytes
    }

    /// A part of what was kept.
    public enum Piece {
        case bytes([UInt8])
        /// So many bytes are missing here.
        case gap(Int)
    }

    /// Goes through what was kept, from start to end, in pieces of at most `size` bytes.
    public func forEachPiece(size: Int = 256 << 10, _ body: (Piece) -> Void) {
        var offset = 0
        while offset < totalBytes {
            if offset == headEnd, omittedBytes > 0 {
                body(.gap(omittedBytes))
                offset = tailStart
            }
            let piece = bytes(at: offset, length: size)
            guard !piece.isEmpty else { return }
            body(.bytes(piece))
            offset += piece.count
        }
    }

    /// Everything that was kept, head and tail joined without a mark: at most 24 MiB.
    public func contents() -> [UInt8] {
        var all: [UInt8] = []
        forEachPiece { if case .bytes(let bytes) = $0 { all += bytes } }
        return all
    }

    /// Hides `suffix` when the stream ends in it.
    func hide(suffix: [UInt8]) {
        guard !suffix.isEmpty, totalBytes >= suffix.count else { return }
        var end: [UInt8] = []
        while end.count < suffix.count {
            let piece = bytes(at: totalBytes - suffix.count + end.count, length: suffix.count - end.count)
            if piece.isEmpty { return }
            end += piece
        }
        guard end == suffix else { return }
        hidden += suffix.count
        totalBytes -= suffix.count
    }
}

/// A part of a stream in an anonymous file.
private final class Spool {
    /// Its place in the stream.
    let start: Int
    private var file: MemoryFile

    init?(start: Int, _ makeFile: () throws(SystemError) -> MemoryFile) {
        guard let file = try? makeFile() else { return nil }
        self.file = file
        self.start = start
    }

    var count: Int { file.count }

    func append(_ bytes: ArraySlice<UInt8>) -> Bool {
        (try? file.append(bytes)) != nil
    }

    /// From `offset` of the stream up to `end`, as far as it is here.
    func bytes(at offset: Int, to end: Int) -> [UInt8] {
        (try? file.bytes(at: offset - start, length: end - offset)) ?? []
    }
}
