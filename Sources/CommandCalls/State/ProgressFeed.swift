package import EventLoop
package import MCPServer
import OutputShaping
import Sessions

/// Partial output of a running command for a client that wants progress: at most a few notes a second, each with what is
/// new, redacted like everything else.
package final class ProgressFeed {
    private let context: ToolContext
    private let loop: EventLoop
    private let shaping: ShapingQueue
    private var timer: Timer?
    private var task: ShapingTask?
    private var isStopped = false
    /// Of the command, once it is known.
    package var follower: OutputFollower?

    private static let pause = Duration.milliseconds(250)
    /// What one note shows; the result holds the rest.
    private static let room = 2_000

    package init(_ context: ToolContext, loop: EventLoop, shaping: ShapingQueue) {
        self.context = context
        self.loop = loop
        self.shaping = shaping
    }

    /// The command printed something.
    package func hasMore() {
        guard timer == nil, !isStopped else { return }
        timer = loop.after(Self.pause) { [weak self] in self?.read() }
    }

    private func read() {
        timer = nil
        guard let follower else { return }
        // What is new is still being read. It may not reach to the end of what is there by now.
        guard task?.isOver != false else { return hasMore() }
        task = shaping.start(follower.portion(isEnded: false)) { [weak self] in
            if case .success(let portion) = $0 { self?.send(portion) }
        }
    }

    private func send(_ portion: OutputPortion.Output) {
        var message = ""
        for text in [portion.stdout, portion.stderr] where text.totalCharacters > 0 {
            let shown = HeadTailCap(limit: Self.room, measure: .json, countsNote: true).apply(to: text)
            message += String(decoding: shown.rendered, as: UTF8.self)
        }
        if !message.isEmpty { context.progress(message) }
    }

    /// No more notes: the result follows.
    package func stop() {
        isStopped = true
        timer?.cancel()
        timer = nil
        task?.cancel()
    }
}
