/// Replaces known values in a stream of bytes by `[REDACTED:name]`, in whatever encoding of the room's table they stand.
///
/// The result does not depend on how the stream is cut into chunks. What could still become a match is held back, and
/// nothing else but the last few characters, which `idle(into:)` lets go. Where values overlap there is one marker, with the name of the
/// longest match.
public struct ValueRedactor: ~Copyable {
    private let known: KnownValues
    private var version: Int
    private var lanes: Lanes
    private var held = HeldOutput()
    private var matches: [Match] = []

    /// A redactor at the start of a stream.
    ///
    /// - Throws: `.memory` when there is no locked memory for the ends of its texts, some 500 bytes.
    public init(_ known: KnownValues) throws(ValueRedactionError) {
        self.known = known
        version = known.version
        do { lanes = try Lanes() } catch { throw .memory(error) }
    }

    /// How many markers have been written, by the number of their value.
    private var tally: [Int: Int] = [:]

    /// How many markers have been written.
    public var redactions: Int { tally.values.reduce(0, +) }

    /// How many markers have been written, by the name in them.
    public var counts: [String: Int] {
        Dictionary(tally.map { (known.name($0.key), $0.value) }, uniquingKeysWith: +)
    }

    /// Bytes held back now.
    public var heldBytes: Int { held.count }

    /// The most bytes that are held back, in whatever a stream holds: then a beginning of a value is covered as if it were
    /// the value, and the rest of the value, if it comes, too.
    var mostHeld: Int { max(256 << 10, 16 * known.longest) }

    /// Takes the next bytes and appends to `output` whatever is settled.
    public mutating func feed(_ chunk: ArraySlice<UInt8>, into output: inout [UInt8]) {
        var start = chunk.startIndex
        while start < chunk.endIndex {
            let end = min(start + WorkSpace.block, chunk.endIndex)
            read(chunk[start..<end], .more, into: &output)
            start = end
        }
    }

    /// Takes the next bytes and appends to `output` whatever is settled.
    public mutating func feed(_ chunk: [UInt8], into output: inout [UInt8]) {
        feed(chunk[...], into: &output)
    }

    /// Nothing has come for a while: appends to `output` what is held back, except what begins like a value for four
    /// characters or more. The stream goes on; a value that turns out to have begun in what went out is covered from
    /// there on.
    public mutating func idle(into output: inout [UInt8]) {
        guard held.count > 0 else { return }
        if lanes.hasUnchecked { read([], .pause, into: &output) }
        lanes.load(into: known.work)
        let (table, work) = (known.table, known.work)
        let settled = lanes.settled(
            upTo: held.end, hold: { $1.firstBeginning($0, table, in: work)?.position }, keepsUnread: false)
        settle(upTo: settled, into: &output)
    }

    /// Ends the stream and appends the rest to `output`. What comes then is a new stream.
    ///
    /// - Parameters:
    ///   - isCut: the output went on, but what comes is not known. Four characters or more at its end with which a value
    ///     begins, in any form, are then covered by a marker, with all that stands behind them.
    ///   - least: shorter beginnings, in bytes of the output, are left: ordinary text ends in four digits of some form by chance.
    public mutating func finish(into output: inout [UInt8], isCut: Bool = false, least: Int = 1) {
        if isCut, held.count > 0 {
            if lanes.hasUnchecked { read([], .pause, into: &output) }
            lanes.load(into: known.work)
            let (table, work) = (known.table, known.work)
            let begin = lanes.settled(
                upTo: held.end, hold: { $1.firstBeginning($0, table, in: work)?.position }, keepsUnread: false)
            if held.end - begin >= max(least, 1), let value = lanes.valueBegun(table, in: work) {
                matches.append(Match(start: begin, end: held.end, value: value))
            }
        }
        // What is complete at the end is found first, cut or not.
        read([], .ofStream, into: &output)
        settle(upTo: held.end, into: &output)
        lanes.startOver()
    }

    private mutating func read(_ block: ArraySlice<UInt8>, _ blockEnd: BlockEnd, into output: inout [UInt8]) {
        let (work, table) = (known.work, known.table)
        if version != known.version {
            version = known.version
            lanes.lookAgain()
        }
        work.store.copy(from: block, to: WorkSpace.rawPlace)
        lanes.load(into: work)
        let raw = held.end
        let end = raw + block.count
        lanes.read(count: block.count, raw: raw, table.cover, blockEnd, in: work)
        lanes.search(table, in: work, into: &matches)
        if held.count + block.count > mostHeld {
            held.append(block)
            matches += lanes.cutCandidates(at: end, table)
            settle(upTo: end, into: &output)
        } else {
            let settled = lanes.settled(upTo: end, hold: { $1.firstOpen(stride: table.stride) }, keepsUnread: true)
            if matches.isEmpty {
                held.append(block, releasing: settled, into: &output)
            } else {
                held.append(block)
                settle(upTo: settled, into: &output)
            }
        }
        lanes.store(from: work, stride: table.stride)
    }

    /// Writes what is before `place`, but not a match that something before `place` may still overlap.
    private mutating func settle(upTo place: Int, into output: inout [UInt8]) {
        guard !matches.isEmpty else {
            held.release(upTo: place, into: &output)
            return
        }
        var regions = Region.merged(matches)
        regions.removeAll { $0.end <= held.start }
        var written = 0
        for region in regions {
            guard region.end <= place else { break }
            held.release(upTo: region.start, into: &output)
            held.drop(upTo: region.end)
            output.append(contentsOf: known.markers[region.value])
            tally[region.value, default: 0] += 1
            written += 1
        }
        let limit = written < regions.count ? min(place, regions[written].start) : place
        held.release(upTo: limit, into: &output)
        let start = held.start
        matches.removeAll { $0.end <= start }
    }
}
