internal import SecretMemory

/// All lanes of one stream.
struct Lanes: ~Copyable {
    private(set) var all = LaneKind.allCases.map { _ in Lane() }
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
            let lane = all[kind.rawValue]
            let start = Self.tail(kind)
            work.store.copy(from: tails, start..<start + lane.end - lane.base, to: WorkSpace.place(of: kind))
        }
    }

    /// Reads `count` bytes of output that lie in the work space, the first of which has the number `raw`.
    mutating func read(count: Int, raw: Int, isLast: Bool, in work: WorkSpace) {
        let before = all
        let start = WorkSpace.rawPlace
        let limit = start + count
        let hasCodes = work.store.next(of: LaneKind.text.triggers, in: start..<limit) < limit
        let wasInCode = all.contains { $0.code != .none }
        for kind in [LaneKind.text, .codesKept, .stringsDropped] {
            let index = kind.rawValue
            if !all[index].isAwake, hasCodes { wake(kind, as: .text, before, in: work) }
            guard all[index].isAwake else { continue }
            all[index].readOutput(kind, count: count, raw: raw, in: work)
            if hasCodes || wasInCode { all[index].differs = all[index].end }
        }
        for kind in LaneKind.decoding {
            guard let parent = kind.parent else { continue }
            let index = kind.rawValue
            if !all[index].isAwake {
                guard isTriggered(kind, parent, before[parent.rawValue], in: work) else { continue }
                wake(kind, as: kind == .mixed ? twinOfMixed(before) : parent, before, in: work)
            }
            all[index].decode(kind, from: all[parent.rawValue], parent, isLast: isLast, in: work)
        }
    }

    mutating func search(_ table: GramTable, in work: WorkSpace, into matches: inout [Match]) {
        for kind in LaneKind.allCases where all[kind.rawValue].isAwake {
            all[kind.rawValue].search(kind, table, in: work, into: &matches)
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
    }

    /// The values have changed: looks once more at what is kept.
    mutating func lookAgain() {
        for index in all.indices { all[index].next = all[index].base }
    }

    /// Keeps the ends of the texts and lets lanes sleep that read as the one they come from again.
    mutating func store(from work: WorkSpace) {
        for kind in LaneKind.allCases.reversed() where all[kind.rawValue].isAwake {
            let index = kind.rawValue
            let from = WorkSpace.place(of: kind)
            let kept = max(all[index].base, all[index].end - WorkSpace.kept)
            let skipped = kept - all[index].base
            let start = from + skipped
            tails.copy(from: work.store, start..<start + all[index].end - kept, to: Self.tail(kind))
            all[index].forget(keeping: WorkSpace.kept)
            if maySleep(kind) { all[index] = Lane() }
        }
    }

    private func maySleep(_ kind: LaneKind) -> Bool {
        let lane = all[kind.rawValue]
        guard kind != .text, lane.differs <= lane.base, lane.code == .none else { return false }
        guard lane.candidates.allSatisfy({ $0.start >= lane.differs }) else { return false }
        guard let parent = kind.parent else { return all[0].code == .none }
        guard lane.cursor == all[parent.rawValue].end, !lane.isIndenting else { return false }
        return !LaneKind.decoding.contains { $0.parent == kind && all[$0.rawValue].isAwake }
    }

    /// Whether something that a sleeping lane decodes has come.
    private func isTriggered(_ kind: LaneKind, _ parent: LaneKind, _ before: Lane, in work: WorkSpace) -> Bool {
        let lane = all[parent.rawValue]
        guard lane.isAwake else { return false }
        let offset = WorkSpace.place(of: parent) - lane.base
        // A parent that woke just now has its former text from the lane it reads as.
        var place = (before.isAwake ? before.end : lane.base) + offset
        let limit = lane.end + offset
        while true {
            place = work.store.next(of: kind.triggers, in: place..<limit)
            guard place < limit else { return false }
            if case .plain = Characters(work: work, place: place, limit: limit, isLast: false).read(kind) {} else { return true }
            place += 1
        }
    }

    /// Until now the mixed lane read as the one of its families that is awake, if only one is.
    private func twinOfMixed(_ before: [Lane]) -> LaneKind {
        let awake = [LaneKind.escapes, .percent, .entities].filter { before[$0.rawValue].isAwake }
        return awake.first ?? .text
    }

    /// A lane begins with the state and the text that another had before the block.
    private mutating func wake(_ kind: LaneKind, as twin: LaneKind, _ before: [Lane], in work: WorkSpace) {
        // A twin that slept, too, read as its own parent.
        var source = twin
        while !before[source.rawValue].isAwake, let parent = source.parent { source = parent }
        var lane = before[source.rawValue]
        lane.isAwake = true
        // A sibling has read the same text and decoded a part of it.
        if source.parent != kind.parent || source == .text {
            lane.cursor = lane.end
            lane.differs = lane.base
        }
        let from = WorkSpace.place(of: source)
        work.store.copy(from: work.store, from..<from + lane.end - lane.base, to: WorkSpace.place(of: kind))
        all[kind.rawValue] = lane
    }
}
