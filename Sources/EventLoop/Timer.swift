/// A timer of an `EventLoop`, armed until it fired or was cancelled.
public final class Timer {
    /// When it is due.
    public let deadline: MonotonicInstant
    /// Tells timers of the same deadline apart: first armed, first fired.
    let serial: UInt64
    /// The place in the heap; `TimerHeap` keeps it true. `nil` when not in it.
    var slot: Int?
    var body: (() -> Void)?
    private weak var loop: EventLoop?

    init(deadline: MonotonicInstant, serial: UInt64, loop: EventLoop, body: @escaping () -> Void) {
        self.deadline = deadline
        self.serial = serial
        self.loop = loop
        self.body = body
    }

    /// Whether it will still fire.
    public var isArmed: Bool { body != nil }

    /// The body will not run any more and is released. Harmless at any time, from any handler, more than once.
    public func cancel() {
        body = nil
        loop?.remove(self)
    }
}

/// Timers by deadline: a binary min-heap whose members know their place, so that a cancelled one leaves at once.
struct TimerHeap {
    private var members: [Timer] = []

    var first: Timer? { members.first }
    var count: Int { members.count }

    mutating func insert(_ timer: Timer) {
        members.append(timer)
        timer.slot = members.count - 1
        rise(from: members.count - 1)
    }

    mutating func remove(_ timer: Timer) {
        guard let slot = timer.slot else { return }
        timer.slot = nil
        let last = members.removeLast()
        guard slot < members.count else { return }
        members[slot] = last
        last.slot = slot
        rise(from: slot)
        sink(from: last.slot ?? slot)
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (members[left], members[right])
        return a.deadline == b.deadline ? a.serial < b.serial : a.deadline < b.deadline
    }

    private mutating func exchange(_ left: Int, _ right: Int) {
        members.swapAt(left, right)
        members[left].slot = left
        members[right].slot = right
    }

    private mutating func rise(from start: Int) {
        var slot = start
        while slot > 0, precedes(slot, (slot - 1) / 2) {
            exchange(slot, (slot - 1) / 2)
            slot = (slot - 1) / 2
        }
    }

    private mutating func sink(from start: Int) {
        var slot = start
        while true {
            var least = slot
            for child in [2 * slot + 1, 2 * slot + 2] where child < members.count && precedes(child, least) {
                least = child
            }
            guard least != slot else { return }
            exchange(slot, least)
            slot = least
        }
    }
}
