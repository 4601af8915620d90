import EventLoop

/// The only writer to standard output and standard error but the protocol's own. Needs SIGPIPE ignored.
///
/// What a verb says is collected and written in pieces; `finish` writes the rest and has the last word on the exit code.
final class Console {
    private var pending: [UInt8] = []
    private var outcome = Outcome.written

    private enum Outcome {
        case written
        /// Nobody reads any more, as behind `| head`: not worth a word.
        case unread
        case failed(errno: Int32)
    }

    /// What a shell reports of a program that SIGPIPE ended.
    private static let brokenPipe: Int32 = 141
    private static let pieceSize = 65_536

    /// Whether standard input is a terminal.
    static var inputIsTerminal: Bool {
        borrowing(0) { $0.isTerminal }
    }

    /// Writes text to standard output.
    func say(_ text: String) {
        say(Array(text.utf8)[...])
    }

    /// Writes bytes to standard output.
    func say(_ bytes: ArraySlice<UInt8>) {
        pending += bytes
        if pending.count >= Self.pieceSize { flush() }
    }

    /// Writes text to standard error, after all that was said. What cannot be written there is lost.
    func complain(_ text: String) {
        flush()
        _ = Self.write(Array(text.utf8), to: 2)
    }

    /// Writes what is left and gives the exit code: `code`, unless the output did not reach its reader.
    func finish(_ code: Int32) -> Int32 {
        flush()
        switch outcome {
        case .written: return code
        case .unread: return Self.brokenPipe
        case .failed(let errno):
            _ = Self.write(Array("execkit-mcp: the output could not be written (errno \(errno)).\n".utf8), to: 2)
            return 1
        }
    }

    private func flush() {
        if case .written = outcome, !pending.isEmpty { outcome = Self.write(pending, to: 1) }
        pending = []
    }

    /// Writes all of `bytes`. A descriptor that others set to non-blocking is waited for.
    private static func write(_ bytes: [UInt8], to number: Int32) -> Outcome {
        borrowing(number) { descriptor in
            var rest = bytes[...]
            while !rest.isEmpty {
                switch descriptor.write(rest) {
                case .bytes(let count): rest = rest.dropFirst(count)
                case .wouldBlock: guard wait(for: number) else { return .failed(errno: 11) }
                case .brokenPipe: return .unread
                case .failed(let errno): return .failed(errno: errno)
                }
            }
            return .written
        }
    }

    /// Waits until a descriptor takes bytes again; false when it cannot be waited for.
    private static func wait(for number: Int32) -> Bool {
        guard let loop = try? EventLoop() else { return false }
        var isReady = false
        guard let watch = try? loop.watch(number, .write, handler: { _ in isReady = true }) else { return false }
        defer { watch.cancel() }
        while !isReady {
            guard (try? loop.runOnce(timeout: .seconds(60))) != nil else { return false }
        }
        return true
    }

    /// The standard descriptors belong to the process and are never closed here.
    private static func borrowing<Value>(_ number: Int32, _ body: (borrowing Descriptor) -> Value) -> Value {
        let descriptor = Descriptor(adopting: number)
        let value = body(descriptor)
        _ = descriptor.take()
        return value
    }
}
