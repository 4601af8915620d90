import AuditLog
import Checkpoints
import CommandCalls
import EventLoop
import MCPServer
import Sessions
import ToolSchema

/// What the tools for checkpoints have in common: the session, its checkpoints, and which of them is meant.
struct CheckpointCall {
    let host: SessionHost
    let open: OpenSession
    let checkpoints: SessionCheckpoints
    let context: ToolContext

    var session: String { open.session.identifier }

    /// Ends the call when there is no such session, or none with checkpoints.
    init?(_ host: SessionHost, _ context: ToolContext) {
        guard let open = host.find(context.arguments.requiredString("session_id")) else {
            context.fail(SessionHost.unknownSession)
            return nil
        }
        guard let checkpoints = open.checkpoints else {
            context.fail("This session has no checkpoints: it was made without `workspace`. Make another with it.")
            return nil
        }
        if case .off(let reason) = checkpoints.mode {
            context.fail("There were no checkpoints to be had when this session was made: \(reason)")
            return nil
        }
        self.host = host
        self.open = open
        self.checkpoints = checkpoints
        self.context = context
    }

    func fail(_ error: CheckpointError) { context.fail(Explanation.text(error)) }

    /// Which checkpoint stands in for one that was not named.
    enum Unnamed {
        case newestManual
        /// The newest that was asked for, else the newest.
        case manualElseNewest
    }

    /// The checkpoint that is named, or stands in; else ends the call.
    ///
    /// - Parameter unresolved: called in that case, or when the client has cancelled the call meanwhile.
    func resolve(_ unnamed: Unnamed, unresolved: @escaping () -> Void = {}, then: @escaping (CheckpointID) -> Void) {
        if let text = context.arguments.string("checkpoint_id") {
            do throws(CheckpointError) {
                return then(try CheckpointID(text))
            } catch {
                fail(error)
                return unresolved()
            }
        }
        checkpoints.list { result in
            guard !context.isOver else { return unresolved() }
            switch result {
            case .failure(let error):
                fail(error)
                unresolved()
            case .success(let all):
                let manual = all.first { $0.kind == .manual }
                if let found = manual ?? (unnamed == .manualElseNewest ? all.first : nil) { return then(found.id) }
                context.fail(
                    all.isEmpty
                        ? "There is no checkpoint of this workspace yet. session_checkpoint makes one."
                        : "checkpoint_id: no checkpoint was asked for in this workspace, only automatic ones are there. Name one that session_checkpoints shows.")
                unresolved()
            }
        }
    }

    /// Judges what is about to happen to files of the workspace as a command that would do it.
    func judge(as program: String, proceed: @escaping () -> Void) {
        let workspace = FilePath.quoted(String(decoding: checkpoints.wish.scope.workspace, as: UTF8.self))
        host.fence.check(
            "\(program) -- \(workspace)", session: session, fence: open.fence, context: context, now: host.loop.now, proceed: proceed)
    }
}
