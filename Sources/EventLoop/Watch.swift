/// What a watch waits for, and what a handler is told is ready.
public struct Interest: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Bytes, a connection, the end of file or an error can be read.
    public static let read = Interest(rawValue: 1)
    /// A write would take something or fail at once.
    public static let write = Interest(rawValue: 2)
}

/// One watched descriptor of an `EventLoop`.
///
/// The loop keeps it, with its handler, until `cancel()`. Cancel it before its descriptor is closed: a descriptor with
/// a living duplicate would go on being reported.
public final class Watch {
    /// The number that is watched, borrowed.
    public let descriptor: Int32
    let token: UInt64
    var handler: ((Interest) -> Void)?
    /// A regular file: epoll refuses it because it never blocks.
    let isAlwaysReady: Bool
    private weak var loop: EventLoop?

    /// What it waits for. Empty means paused: the handler is not called at all, not even for a hang-up.
    public var interest: Interest {
        didSet {
            guard isActive, interest != oldValue else { return }
            loop?.apply(self, from: oldValue)
        }
    }

    init(
        descriptor: Int32, token: UInt64, interest: Interest, isAlwaysReady: Bool, loop: EventLoop,
        handler: @escaping (Interest) -> Void
    ) {
        self.descriptor = descriptor
        self.token = token
        self.interest = interest
        self.isAlwaysReady = isAlwaysReady
        self.loop = loop
        self.handler = handler
    }

    /// Whether the handler may still be called.
    public var isActive: Bool { handler != nil }

    /// From this call on the handler is not called, not even for an event already taken from the kernel.
    ///
    /// Harmless at any time, from any handler, more than once. The handler is released.
    public func cancel() {
        guard isActive else { return }
        handler = nil
        loop?.forget(self)
    }
}
