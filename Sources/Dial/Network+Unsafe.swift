internal import CDial
internal import EventLoop

/// The address of one place that a name stands for.
struct NetworkAddress {
    fileprivate let raw: cdl_address
}

/// The C face as Swift calls.
enum Network {
    /// Begins a connection; the descriptor is writable when it is made or has failed.
    static func connect(_ address: NetworkAddress) throws(DialFailure) -> Descriptor {
        var raw = address.raw
        // SAFETY: the structure lives for the call.
        return try descriptor(unsafe cdl_connect(&raw))
    }

    static func connectUnix(_ path: [UInt8]) throws(DialFailure) -> Descriptor {
        guard !path.isEmpty, !path.contains(0) else { throw .badPath }
        // SAFETY: the buffer lives for the call and has as many bytes as is said.
        let made = unsafe path.withUnsafeBytes { bytes in
            unsafe cdl_connect_unix(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        return try descriptor(made)
    }

    private static func descriptor(_ made: Int32) throws(DialFailure) -> Descriptor {
        guard made >= 0 else { throw DialFailure(errno: -made) }
        return Descriptor(adopting: made)
    }

    /// Tells a TCP sender at once that its bytes have come.
    static func acknowledge(_ descriptor: Int32) { cdl_acknowledge(descriptor) }

    /// How a connection that was begun has ended.
    static func result(_ descriptor: Int32) -> DialFailure? {
        let status = cdl_connect_result(descriptor)
        return status == 0 ? nil : DialFailure(errno: -status)
    }
}

/// A question to the name servers, as a value that is asked for its state.
@safe struct NetworkLookup: ~Copyable {
    private let raw: OpaquePointer

    /// - Parameter servers: instead of those of resolv.conf: `address:port`, with commas between.
    init(name: String, port: UInt16, servers: String?) throws(DialFailure) {
        guard !name.isEmpty, !name.utf8.contains(0) else { throw .noSuchName }
        // SAFETY: both texts are NUL-terminated for the call; the library copies what it keeps.
        let started = unsafe name.withCString { name in
            guard let servers else { return unsafe cdl_lookup_start(name, port, nil) }
            return unsafe servers.withCString { unsafe cdl_lookup_start(name, port, $0) }
        }
        guard let started = unsafe started else { throw .system(12) }
        unsafe raw = started
    }

    deinit {
        // SAFETY: the handle is owned here alone and not used after this line.
        unsafe cdl_lookup_free(raw)
    }

    /// The addresses, nil as long as the question is open.
    var answer: [NetworkAddress]? {
        get throws(DialFailure) {
            // SAFETY: here and below the handle lives as long as this value; an index is below the count it told.
            let state = unsafe cdl_lookup_state(raw)
            switch state {
            case Int32(CDL_PENDING.rawValue): return nil
            case 1...: return (0..<state).map { NetworkAddress(raw: unsafe cdl_lookup_address(raw, $0)) }
            case Int32(CDL_NO_SUCH_NAME.rawValue): throw .noSuchName
            case Int32(CDL_NO_MEMORY.rawValue): throw .system(12)
            default: throw .noNameServer
            }
        }
    }

    /// The descriptors to watch until the next `process`.
    var waits: [(descriptor: Int32, interest: Interest)] {
        var waits = [cdl_wait](repeating: cdl_wait(), count: Int(CDL_MOST_WAITS))
        // SAFETY: the array has the room that the call may fill.
        let count = unsafe cdl_lookup_waits(raw, &waits)
        return waits[..<Int(count)].map { ($0.fd, Interest(rawValue: UInt8($0.interest))) }
    }

    var timeout: Duration { .nanoseconds(unsafe cdl_lookup_timeout(raw)) }

    /// Takes what is ready; nil for what has timed out.
    func process(_ descriptor: Int32?, _ ready: Interest) {
        unsafe cdl_lookup_process(raw, descriptor ?? -1, UInt32(ready.rawValue))
    }
}
