/// One process at one moment (proc(5)). Number and start time together name one process for ever.
public struct ProcessRecord: Hashable, Sendable {
    public let process: Int32
    public let parent: Int32
    public let group: Int32
    public let session: Int32
    /// The letter of its state: R, S, D, T, Z, X, …
    public let state: UInt8
    /// Clock ticks since the machine started.
    public let startTime: UInt64
    public let ignoresInterrupt: Bool

    public init(
        process: Int32, parent: Int32, group: Int32, session: Int32, state: UInt8, startTime: UInt64,
        ignoresInterrupt: Bool = false
    ) {
        self.process = process
        self.parent = parent
        self.group = group
        self.session = session
        self.state = state
        self.startTime = startTime
        self.ignoresInterrupt = ignoresInterrupt
    }

    /// What names it for ever.
    public struct Identity: Hashable, Sendable {
        public let process: Int32
        public let startTime: UInt64

        public init(process: Int32, startTime: UInt64) {
            self.process = process
            self.startTime = startTime
        }
    }

    public var identity: Identity { Identity(process: process, startTime: startTime) }

    /// A zombie, or gone already: nothing can be done to it.
    public var hasEnded: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

    /// Whether it is stopped: it cannot make new processes.
    public var isStopped: Bool { state == UInt8(ascii: "T") || state == UInt8(ascii: "t") }

    /// Whether this very process still runs a program: not from the moment it exits.
    public var isExecuting: Bool { Fence.record(of: process)?.identity == identity && Fence.hasMemory(process) }

    /// Whether it still runs the program of its parent: a fork that has not become a program of its own.
    public var runsProgramOfParent: Bool { Fence.runSameProgram(process, parent) }

    /// Signals this very process: the number is opened first and its start time read again, so a number that was
    /// taken over meanwhile is not signalled. `false` when the process has ended or may not be signalled.
    @discardableResult
    public func signal(_ signal: Signal) -> Bool {
        let descriptor = Fence.open(process: process)
        guard descriptor >= 0 else { return false }
        defer { Fence.close(descriptor) }
        guard let now = Fence.record(of: process), now.identity == identity else { return false }
        return Fence.signal(descriptor: descriptor, signal.rawValue) == 0
    }
}

/// The processes of the machine.
public enum ProcessTable {
    /// Every process visible in /proc. Not a snapshot: processes come and go while it is read.
    public static func read() -> [ProcessRecord] { Fence.processes() }

    /// One process, `nil` when there is none.
    public static func record(of process: Int32) -> ProcessRecord? { Fence.record(of: process) }
}

/// Who descends from whom, in one reading of the process table. Pure.
public struct ProcessTree: Sendable {
    private let records: [ProcessRecord]
    private let children: [Int32: [ProcessRecord]]

    public init(_ records: [ProcessRecord]) {
        self.records = records
        children = Dictionary(grouping: records, by: \.parent)
    }

    /// Everything that descends from `ancestor`, without it, parents before children.
    public func descendants(of ancestor: Int32) -> [ProcessRecord] {
        closure(children[ancestor] ?? [])
    }

    /// The leader, its session, the processes among `known` that still live, and all that descends from any of them.
    ///
    /// `leader` must be a number that cannot have been taken over; `nil` when it can.
    public func members(of leader: Int32?, known: Set<ProcessRecord.Identity>) -> [ProcessRecord] {
        closure(records.filter { $0.process == leader || $0.session == leader || known.contains($0.identity) })
    }

    /// Children of `parent` that are not among `own`, with all that descends from them: who was adopted.
    public func adopted(by parent: Int32, own: Set<Int32>) -> [ProcessRecord] {
        closure((children[parent] ?? []).filter { !own.contains($0.process) })
    }

    private func closure(_ roots: [ProcessRecord]) -> [ProcessRecord] {
        var seen = Set<Int32>()
        var result: [ProcessRecord] = []
        for root in roots where seen.insert(root.process).inserted { result.append(root) }
        var next = 0
        while next < result.count {
            for child in children[result[next].process] ?? [] where seen.insert(child.process).inserted {
                result.append(child)
            }
            next += 1
        }
        return result
    }
}
