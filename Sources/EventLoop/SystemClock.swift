/// A point of the monotonic clock: never goes back, is not moved by the date being set (CLOCK_MONOTONIC).
public struct MonotonicInstant: Comparable, Hashable, Sendable {
    /// Nanoseconds since an arbitrary start.
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The instant `duration` later; stays at the end of time instead of overflowing.
    public static func + (instant: Self, duration: Duration) -> Self {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return Self(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The time from `right` to `left`.
    public static func - (left: Self, right: Self) -> Duration {
        .nanoseconds(left.nanoseconds) - .nanoseconds(right.nanoseconds)
    }
}

/// The clocks of the machine. Pure rooms get their times injected from here.
public enum SystemClock {
    public static var monotonic: MonotonicInstant { MonotonicInstant(nanoseconds: System.monotonicNanoseconds()) }

    /// Milliseconds since 1970-01-01 UTC.
    public static var wallMilliseconds: Int64 { System.wallNanoseconds() / 1_000_000 }

    /// Nanoseconds since 1970-01-01 UTC.
    public static var wallNanoseconds: Int64 { System.wallNanoseconds() }
}

extension Duration {
    /// Nanoseconds, rounded up, kept within what an `Int64` holds (292 years).
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let fraction = attoseconds / 1_000_000_000 + (attoseconds % 1_000_000_000 > 0 ? 1 : 0)
        let (sum, overflowed) = whole.addingReportingOverflow(fraction)
        return overflow || overflowed ? (seconds < 0 ? .min : .max) : sum
    }
}

/// Random bytes of the kernel (getrandom(2)).
public enum SystemRandom {
    /// `count` bytes fit for keys and handles.
    public static func bytes(_ count: Int) throws(SystemError) -> [UInt8] {
        let made = System.random(count)
        try SystemError.check(made.status, .getrandom)
        return made.bytes
    }
}
