/// Signals as events: blocked in this thread and read from a descriptor, so no code runs inside a signal handler
/// (signalfd(2)).
///
/// Make it before any other thread exists. Ended by `cancel()`, which gives the signals their former effect back.
public final class SignalSource {
    private let descriptor: Descriptor
    private let numbers: [Int32]
    private var watch: Watch?

    public static let hangup: Int32 = 1
    public static let interrupt: Int32 = 2
    public static let terminate: Int32 = 15

    /// Calls `handler` with the number of each signal that arrives.
    public init(
        _ numbers: [Int32] = [SignalSource.hangup, SignalSource.interrupt, SignalSource.terminate],
        on loop: EventLoop, handler: @escaping (Int32) -> Void
    ) throws(SystemError) {
        self.numbers = numbers
        descriptor = Descriptor(adopting: try SystemError.check(System.signalDescriptor(numbers), .signalDescriptor))
        let raw = descriptor.rawValue
        watch = try loop.watch(raw, .read) { [weak self] _ in
            while self?.watch?.isActive == true {
                let number = System.nextSignal(raw)
                guard number > 0 else { return }
                handler(number)
            }
        }
    }

    /// Stops listening and unblocks the signals.
    public func cancel() {
        guard let watch else { return }
        watch.cancel()
        self.watch = nil
        System.unblockSignals(numbers)
    }

    deinit { cancel() }
}
