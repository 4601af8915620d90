import CEventLoop

/// Swift's face of the C fence: integers and arrays in, typed outcomes out.
///
/// SAFETY: every pointer below comes from a `withUnsafe…` call around the very call that uses it, with the count of
/// the buffer it came from; the C side keeps none of them.
enum System {
    struct Event {
        var token: UInt64
        var ready: UInt32
    }

    static func createEpoll() -> Int32 { cel_epoll_create() }

    static func add(_ epoll: Int32, _ descriptor: Int32, token: UInt64, interest: Interest) -> Int32 {
        cel_epoll_add(epoll, descriptor, token, UInt32(interest.rawValue))
    }

    static func modify(_ epoll: Int32, _ descriptor: Int32, token: UInt64, interest: Interest) -> Int32 {
        cel_epoll_modify(epoll, descriptor, token, UInt32(interest.rawValue))
    }

    static func remove(_ epoll: Int32, _ descriptor: Int32) {
        _ = cel_epoll_remove(epoll, descriptor)
    }

    /// Replaces the content of `events` by what is ready; returns zero or a negated errno.
    static func wait(_ epoll: Int32, events: inout [Event], nanoseconds: Int64) -> Int32 {
        events.removeAll(keepingCapacity: true)
        return unsafe withUnsafeTemporaryAllocation(of: cel_event.self, capacity: Int(CEL_BATCH)) { batch in
            let count = unsafe cel_epoll_wait(epoll, batch.baseAddress, nanoseconds)
            guard count > 0 else { return count }
            for index in 0..<Int(count) {
                unsafe events.append(Event(token: batch[index].token, ready: batch[index].ready))
            }
            return 0
        }
    }

    static func read(_ descriptor: Int32, into buffer: inout [UInt8], at offset: Int) -> Int64 {
        unsafe buffer.withUnsafeMutableBytes { bytes in
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[offset...])
            return unsafe cel_read(descriptor, rest.baseAddress, rest.count)
        }
    }

    static func write(_ descriptor: Int32, _ slice: ArraySlice<UInt8>) -> Int64 {
        unsafe slice.withUnsafeBytes { unsafe cel_write(descriptor, $0.baseAddress, $0.count) }
    }

    static func readAt(_ descriptor: Int32, into buffer: inout [UInt8], from start: Int, offset: Int64) -> Int64 {
        unsafe buffer.withUnsafeMutableBytes { bytes in
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
            return unsafe cel_pread(descriptor, rest.baseAddress, rest.count, offset)
        }
    }

    static func writeAt(_ descriptor: Int32, _ slice: ArraySlice<UInt8>, offset: Int64) -> Int64 {
        unsafe slice.withUnsafeBytes { unsafe cel_pwrite(descriptor, $0.baseAddress, $0.count, offset) }
    }

    static func pair(_ make: (UnsafeMutablePointer<Int32>) -> Int32) -> (status: Int32, first: Int32, second: Int32) {
        unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2) { ends in
            unsafe ends.initialize(repeating: -1)
            let status = unsafe make(ends.baseAddress.unsafelyUnwrapped)
            return unsafe (status, ends[0], ends[1])
        }
    }

    static func pipe() -> (status: Int32, first: Int32, second: Int32) { unsafe pair { unsafe cel_pipe($0) } }

    static func socketPair() -> (status: Int32, first: Int32, second: Int32) {
        unsafe pair { unsafe cel_socketpair($0) }
    }

    static func memoryFile() -> Int32 { unsafe cel_memory_file("capture") }

    static func sealableFile() -> Int32 { unsafe cel_sealable_file("value") }
    static func seal(_ descriptor: Int32) -> Int32 { cel_seal(descriptor) }

    static func random(_ count: Int) -> (status: Int32, bytes: [UInt8]) {
        var bytes = [UInt8](repeating: 0, count: count)
        let status = unsafe bytes.withUnsafeMutableBytes { unsafe cel_random($0.baseAddress, $0.count) }
        return (status, bytes)
    }

    static func signalDescriptor(_ numbers: [Int32]) -> Int32 {
        unsafe numbers.withUnsafeBufferPointer { unsafe cel_signal_descriptor($0.baseAddress, $0.count) }
    }

    static func unblockSignals(_ numbers: [Int32]) {
        unsafe numbers.withUnsafeBufferPointer { unsafe cel_signal_unblock($0.baseAddress, $0.count) }
    }

    static func close(_ descriptor: Int32) { cel_close(descriptor) }
    static func setNonblocking(_ descriptor: Int32, _ on: Bool) -> Int32 { cel_set_nonblocking(descriptor, on ? 1 : 0) }
    static func duplicate(_ descriptor: Int32, above lowest: Int32) -> Int32 { cel_duplicate(descriptor, lowest) }
    static func openNull() -> Int32 { cel_open_null() }
    static func shutdownWrite(_ descriptor: Int32) -> Int32 { cel_shutdown_write(descriptor) }
    static func size(_ descriptor: Int32) -> Int64 { cel_size(descriptor) }
    static func truncate(_ descriptor: Int32, to size: Int64) -> Int32 { cel_truncate(descriptor, size) }
    static func isTerminal(_ descriptor: Int32) -> Bool { cel_is_terminal(descriptor) == 1 }
    static func monotonicNanoseconds() -> Int64 { cel_monotonic_ns() }
    static func wallNanoseconds() -> Int64 { cel_wall_ns() }
    static func nextSignal(_ descriptor: Int32) -> Int32 { cel_signal_next(descriptor) }
    static func ignoreBrokenPipes() { cel_ignore_sigpipe() }
}
