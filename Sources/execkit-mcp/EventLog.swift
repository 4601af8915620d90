import JSON
import MCPProtocol
import MCPServer
import SecretRunTools
import SessionTools

/// What happens in sessions, as log messages for clients that want them and, where the operator must know, on standard
/// error.
final class EventLog {
    weak var server: MCPServer?
    private let console: Console
    private var complaints = 0
    private static let mostComplaints = 50

    init(console: Console) { self.console = console }

    /// Whether the client hears of commands that have ended.
    var isHeard: Bool { server?.isHeard(.info) ?? false }

    func take(_ event: SessionHost.Event) {
        switch event {
        case .blocked(let session, let rule, let reason):
            send(.warning, session, ["session": .string(session), "blocked": .string(rule), "reason": .string(reason)])
        case .executed(let session, let command, let exitCode, let milliseconds):
            let summary = "exit \(exitCode) after \(milliseconds) ms: \(command.prefix(200))"
            send(.info, session, [
                "session": .string(session), "summary": .string(summary), "exit_code": .int(exitCode),
                "duration_ms": .int(milliseconds),
            ])
        case .closed(let session, let reason):
            send(.info, session, ["session": .string(session), "closed": .string(reason)])
        case .recordLost(let reason):
            complain("a record of something that had happened could not be written: \(reason)")
        }
    }

    func take(_ event: SecretRunHost.Event) {
        switch event {
        case .blocked(let reason): take(SessionHost.Event.blocked(session: "run", rule: "vault", reason: reason))
        case .executed(let command, let exitCode, let milliseconds):
            take(SessionHost.Event.executed(session: "run", command: command, exitCode: exitCode, milliseconds: milliseconds))
        case .recordLost(let reason): take(SessionHost.Event.recordLost(reason: reason))
        }
    }

    /// Standard error may be a pipe that nobody reads: when it is full, a write waits for ever, and everybody with it.
    private func complain(_ text: String) {
        complaints += 1
        guard complaints <= Self.mostComplaints else { return }
        let last = complaints == Self.mostComplaints ? " (more of these are not shown)" : ""
        console.complain("execkit-mcp: \(text)\(last)\n")
    }

    private func send(_ level: LogLevel, _ session: String, _ data: JSONValue) {
        server?.log(level, logger: "execkit/\(session)", data)
    }
}
