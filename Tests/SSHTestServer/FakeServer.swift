import Foundation

/// A server that is a few bytes and then nothing, the same bytes for ever, or an end.
public final class FakeServer {
    public enum Then { case silence, end, again }
    public let listener: Listener
    private var peers: [Int32] = []
    private let bytes: [UInt8]
    private let then: Then
    public private(set) var sent = 0
    private var first: Set<Int32> = []

    public init(_ bytes: [UInt8], _ then: Then) throws {
        listener = try Listener()
        self.bytes = bytes
        self.then = then
        _ = fcntl(listener.descriptor, F_SETFL, O_NONBLOCK)
    }

    /// Does what can be done without waiting.
    public func turn() {
        let peer = accept(listener.descriptor, nil, nil)
        if peer >= 0 {
            _ = fcntl(peer, F_SETFL, O_NONBLOCK)
            peers.append(peer)
            first.insert(peer)
        }
        for peer in peers where first.contains(peer) || then == .again {
            first.remove(peer)
            let count = send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            if count > 0 { sent += count }
            if then == .end { shutdown(peer, Int32(SHUT_RDWR)) }
        }
    }

    deinit { for peer in peers { close(peer) } }
}
