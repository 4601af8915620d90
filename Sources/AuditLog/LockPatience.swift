/// How long the appends of one server may wait for locks that others hold.
///
/// A writer holds the lock as long as a write takes. Whoever holds it longer is stuck or hostile, and every program that can
/// open the file can; the server stands still meanwhile. So all waiting is paid from one purse: two seconds of it, which
/// fill up again by a fiftieth of the time that goes by. With an empty purse an append is refused after `least`.
final class LockPatience {
    /// Milliseconds in a full purse: far more than honest writers take from each other, slow disks included.
    static let most = 2_000
    /// Milliseconds for the case that another writer is just at work.
    static let least = 5
    /// Milliseconds that fill the purse by one.
    static let refill = 50

    private var left = most
    private var counted: Int?

    /// Milliseconds that may be waited now.
    ///
    /// - Parameter now: milliseconds of a clock that may jump: back counts as nothing.
    func allowance(now clock: @autoclosure () -> Int) -> Int {
        guard left < Self.most else { return left }
        let now = clock()
        let gone = max(0, counted.map { now &- $0 } ?? 0)
        let more = min(gone / Self.refill, Self.most)
        if more > 0 || gone == 0 { counted = now }
        left = min(Self.most, left + more)
        return max(left, Self.least)
    }

    /// Notes that so many milliseconds were waited.
    func spend(_ milliseconds: Int) {
        if left == Self.most { counted = nil }
        left = max(0, left - milliseconds)
    }
}
