public import SecretMemory

/// One end of a socket pair that was handed to this process: for messages that are no secret, beside which secrets go by
/// `write(_:then:)`.
public struct HandedSocket: ~Copyable {
    public let descriptor: Int32

    /// Takes over a descriptor that was inherited; nil unless it is one end of a connected stream socket pair whose other
    /// end belongs to this user (unix(7), SO_PEERCRED). It blocks then, and no program that is started here inherits it.
    public init?(inherited descriptor: Int32) {
        guard SecretIO.adoptSocket(descriptor) else { return nil }
        self.descriptor = descriptor
    }

    deinit { SecretIO.close(descriptor) }

    /// Waits until something can be read, or the other end is closed.
    ///
    /// - Parameter milliseconds: at most so long; -1: for ever.
    /// - Returns: false when nothing came in time.
    public borrowing func wait(milliseconds: Int32) throws(SecretIOError) -> Bool {
        try SecretIO.waitReadable(descriptor, milliseconds: milliseconds)
    }

    /// At least one byte and at most `count`, as soon as there are some; none when the other end is closed.
    public borrowing func read(atMost count: Int) throws(SecretIOError) -> [UInt8] {
        try SecretIO.readPlainly(descriptor, atMost: min(count, 65_536))
    }

    /// Writes bytes that are no secret, all of them.
    public borrowing func write(_ bytes: [UInt8]) throws(SecretIOError) { try SecretIO.writePlainly(bytes, to: descriptor) }

    /// Writes bytes that are no secret and a secret behind them, so that the reader is woken once.
    public borrowing func write(_ head: [UInt8], then secret: borrowing SecretBytes) throws(SecretIOError) {
        try SecretIO.write(head, then: secret, to: descriptor)
    }
}
