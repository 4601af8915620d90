/// One end of a pipe, closed when it goes.
public struct PipeEnd: ~Copyable {
    public let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { SecretIO.close(descriptor) }

    /// Closes it now.
    public consuming func close() {}
}

/// A pipe of this process, closed on exec at both ends.
public struct SecretPipe: ~Copyable {
    public let reading: PipeEnd
    public let writing: PipeEnd

    public init() throws(SecretIOError) {
        let ends = try SecretIO.pipe()
        reading = PipeEnd(ends.reading)
        writing = PipeEnd(ends.writing)
    }

    /// Both ends, each to be closed on its own.
    public consuming func ends() -> Ends { Ends(reading: reading, writing: writing) }

    public struct Ends: ~Copyable {
        public var reading: PipeEnd?
        public var writing: PipeEnd?

        init(reading: consuming PipeEnd, writing: consuming PipeEnd) {
            self.reading = consume reading
            self.writing = consume writing
        }
    }
}
