internal import EventLoop

/// The standard streams of a program that runs without a shell, before it is there.
final class DirectStreams {
    let out: OutputPipe
    let err: OutputPipe
    /// The writing ends, kept open so that the program's end is told once, by its pidfd: each pipe that is closed before that
    /// would wake this thread for nothing.
    let outEnd: Descriptor
    let errEnd: Descriptor
    /// What a program without an input reads.
    let null: Descriptor

    init(buffer: ReadBuffer) throws(SystemError) {
        let outs = try DescriptorPair.pipe()
        let errs = try DescriptorPair.pipe()
        out = try OutputPipe(outs.first, buffer: buffer)
        err = try OutputPipe(errs.first, buffer: buffer)
        outEnd = outs.second
        errEnd = errs.second
        null = try Descriptor.null()
    }

    func listen(on loop: EventLoop) throws(SystemError) {
        try out.listen(on: loop)
        try err.listen(on: loop)
    }

    /// Takes what is in the pipes, and nothing more. For when nobody is left who could write.
    func finish() {
        for pipe in [out, err] {
            pipe.drain()
            pipe.stop()
        }
    }
}
