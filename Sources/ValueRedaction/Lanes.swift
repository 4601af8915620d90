internal import SecretMemory

/// All lanes of one stream.
struct Lanes: ~Copyable {
    var all = LaneKind.allCases.map { _ in Lane() }
    /// Up to where the text has been looked at for what sleeping lanes would decode, and is searched. Only while none is awake, what
    /// the end of an escape decides, or a few characters behind it, is left for the next block.
    private(set) var checked = 0
    /// The end of each lane's text, between blocks.
    private let tails: LockedStore

    init() throws(SecretMemoryError) {
        tails = try LockedStore(count: LaneKind.allCases.count * WorkSpace.kept)
        all[0].isAwake = true
    }

    private static func tail(_ kind: LaneKind) -> Int { kind.rawValue * WorkSpace.kept }

    /// Brings the text of all lanes that are awake to the work space.
    func load(into work: WorkSpace) {
        for kind in LaneKind.allCases where all[kind.rawValue].isAwake {
            let count = all[kind.rawValue].end - all[kind.rawValue].base
            let start = Self.tail(kind)
            work.store.copy(from: tails, start..<start + count, to: WorkSpace.place(of: kind))
        }
    }

    /// Whether there is text that has not been searched.
    var hasUnchecked: Bool { checked < all[0].end }

    /// Reads `count` bytes of output that lie in the work space, the first of which has the number `raw`.
    mutating func read(count: Int, raw: Int, _ cover: FormCover, _ end: BlockEnd, in work: WorkSpace) {
        for index in all.indices { all[index].begin() }
        let start = WorkSpace.rawPlace
        let limit = start + count
        let hasCodes = work.store.next(of: LaneKind.text.triggers, in: start..<limit) < limit
        let wasInCode = all.contains { $0.code != .none }
        for kind in [LaneKind.text, .codesKept, .stringsDropped] {
            let index = kind.rawValue
            if !all[index].isAwake, hasCodes { wake(kind, at: all[0].former.end, in: work) }
            guard all[index].isAwake else { continue }
            all[index].readOutput(kind, count: count, raw: raw, in: work)
            if hasCodes || wasInCode { all[index].differs = all[index].end }
        }
        let (touched, unchecked) = touchedLanes(end, cover, in: work)
        for kind in touched { wake(kind, at: checked, in: work) }
        checked = unchecked
        for kind in LaneKind.decoding {
            guard let parent = kind.parent else { continue }
            let index = kind.rawValue
            if !all[index].isAwake {
                guard parent != .text else { continue }
                let former = all[parent.rawValue].former
                guard former.isAwake, isTriggered(kind, parent, from: former.end, in: work) else { continue }
                wake(kind, from: parent, at: former.end, in: work)
            }
            all[index].decode(kind, from: all[parent.rawValue], parent, isLast: end == .ofStream, in: work)
        }
    }

    mutating func search(_ table: GramTable, in work: WorkSpace, into matches: inout [Match]) {
        for kind in LaneKind.allCases where all[kind.rawValue].isAwake {
            let end = kind == .text ? checked : all[kind.rawValue].end
            all[kind.rawValue].search(kind, upTo: end, table, in: work, into: &matches)
        }
    }

    /// Up to where the output may go out: what `hold` says of each lane, and what it has not decoded yet, stays.
    func settled(upTo end: Int, hold: (LaneKind, Lane) -> Int?, keepsUnread: Bool) -> Int {
        var settled = end
        for kind in LaneKind.allCases where all[kind.rawValue].isAwake {
            let lane = all[kind.rawValue]
            for candidate in lane.candidates { settled = min(settled, candidate.rawStart) }
            if let position = hold(kind, lane), position < lane.end { settled = min(settled, lane.raw(position).first) }
            if keepsUnread, let parent = kind.parent.map({ all[$0.rawValue] }), lane.cursor < parent.end {
                settled = min(settled, parent.raw(lane.cursor).first)
            }
        }
        return settled
    }

    /// The value of the earliest form of which the output may end with the beginning.
    func valueBegun(_ table: GramTable, in work: WorkSpace) -> Int? {
        var begun: (raw: Int, form: Int)?
        for kind in LaneKind.allCases where all[kind.rawValue].isAwake {
            let lane = all[kind.rawValue]
            var beginnings = lane.candidates.map { (raw: $0.rawStart, form: $0.form) }
            if let first = lane.firstBeginning(kind, table, in: work) { beginnings.append((lane.raw(first.position).first, first.form)) }
            for beginning in beginnings where begun.map({ beginning.raw < $0.raw }) ?? true { begun = beginning }
        }
        return begun.map { table.forms[$0.form].value }
    }

    /// Counts everything from `place` on as a new beginning of each open candidate; gives what they cover before.
    mutating func cutCandidates(at place: Int, _ table: GramTable) -> [Match] {
        var covered: [Match] = []
        for index in all.indices where all[index].isAwake {
            for which in all[index].candidates.indices where all[index].candidates[which].rawStart < place {
                let candidate = all[index].candidates[which]
                covered.append(Match(start: candidate.rawStart, end: place, value: table.forms[candidate.form].value))
                all[index].candidates[which].rawStart = place
            }
        }
        return covered
    }

    /// The end of a stream.
    mutating func startOver() {
        all = LaneKind.allCases.map { _ in Lane() }
        all[0].isAwake = true
        checked = 0
    }

    /// The values have changed: looks once more at what is kept.
    mutating func lookAgain() {
        for index in all.indices { all[index].next = all[index].base }
    }

    /// Keeps the ends of the texts and lets lanes sleep that read as the one they come from again.
    mutating func store(from work: WorkSpace, stride: Int) {
        for kind in LaneKind.allCases.reversed() where all[kind.rawValue].isAwake {
            let index = kind.rawValue
            let from = WorkSpace.place(of: kind)
            let kept = max(all[index].base, all[index].end - WorkSpace.kept)
            let skipped = kept - all[index].base
            let start = from + skipped
            tails.copy(from: work.store, start..<start + all[index].end - kept, to: Self.tail(kind))
            all[index].forget(keeping: WorkSpace.kept)
            if maySleep(kind, stride: stride) { all[index] = Lane() }
        }
    }

    /// A lane may sleep when nothing that may still be found in it lies where it differs from the lane it comes from.
    private func maySleep(_ kind: LaneKind, stride: Int) -> Bool {
        let lane = all[kind.rawValue]
        guard kind != .text, lane.code == .none else { return false }
        guard lane.candidates.allSatisfy({ $0.start >= lane.differs }) else { return false }
        guard let parent = kind.parent else { return all[0].code == .none && lane.differs <= lane.base }
        guard lane.differs <= lane.firstOpen(stride: stride) else { return false }
        guard lane.cursor == all[parent.rawValue].end, !lane.isIndenting else { return false }
        return kind.child.map { !all[$0.rawValue].isAwake } ?? true
    }

    /// Whether something that a sleeping lane decodes has come.
    private func isTriggered(_ kind: LaneKind, _ parent: LaneKind, from position: Int, in work: WorkSpace) -> Bool {
        guard let escapes = kind.escapes else { return false }
        let lane = all[parent.rawValue]
        let offset = WorkSpace.place(of: parent) - lane.base
        let limit = lane.end + offset
        return work.store.nextEscape(escapes, in: position + offset..<limit, isLast: false) < limit
    }

    /// A lane begins with the state and the text that another had before the block, up to `position`: nothing may still be found
    /// that covers an escape before.
    private mutating func wake(_ kind: LaneKind, from source: LaneKind = .text, at position: Int, in work: WorkSpace) {
        var lane = all[source.rawValue]
        lane.cut(at: position)
        lane.isAwake = true
        lane.cursor = position
        lane.differs = lane.base
        let goesOnReading = kind.parent == nil
        lane.code = goesOnReading ? lane.former.code : .none
        lane.isIndenting = goesOnReading && lane.former.isIndenting
        lane.former = Lane.Former()
        let from = WorkSpace.place(of: source)
        work.store.copy(from: work.store, from..<from + lane.end - lane.base, to: WorkSpace.place(of: kind))
        all[kind.rawValue] = lane
    }
}

/// What comes behind a block of output.
enum BlockEnd {
    case more
    /// Perhaps more, but what has come is to be read now.
    case pause
    case ofStream
}
