import EventLoop
import MCPServer
import OutputShaping

/// Partial output of a running command for a client that wants progress: at most a few notes a second, each with what is
/// new, redacted like everything else.
final class ProgressFeed {
    private let context: ToolContext
    private let loop: EventLoop
    private var stdout = LiveText()
    private var stderr = LiveText()
    private var timer: Timer?

    private static let pause = Duration.milliseconds(250)
    /// What one note shows; the result holds the rest.
    private static let room = 2_000

    init(_ context: ToolContext, loop: EventLoop) {
        self.context = context
        self.loop = loop
    }

    func feed(_ bytes: [UInt8], isError: Bool) {
        if isError { stderr.feed(bytes) } else { stdout.feed(bytes) }
        guard timer == nil, !(stdout.isEmpty && stderr.isEmpty) else { return }
        timer = loop.after(Self.pause) { [weak self] in self?.send() }
    }

    private func send() {
        timer = nil
        var message = ""
        for text in [stdout.take(), stderr.take()] where text.totalCharacters > 0 {
            let shown = HeadTailCap(limit: Self.room, measure: .json, countsNote: true).apply(to: text)
            message += String(decoding: shown.rendered, as: UTF8.self)
        }
        if !message.isEmpty { context.progress(message) }
    }

    /// No more notes: the result follows.
    func stop() {
        timer?.cancel()
        timer = nil
    }
}
