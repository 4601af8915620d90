import JSON
import MCPServer
import Sessions

extension OpenSession {
    /// Whether a command runs or waits, or something waits that goes before commands.
    var isBusy: Bool { session.isBusy || checkpoints?.isBusy == true }

    /// Calls `begin` when it is the command's turn, behind an automatic checkpoint where one is taken; at once in a session
    /// without checkpoints.
    ///
    /// - Parameter begin: gets what the result says of the checkpoint, and what lets the next one in, to be called when the
    ///   command has ended. Not called when the call is over before, or the session is: then the call is answered here.
    func takeTurn(for command: String, _ context: ToolContext, begin: @escaping (JSONValue?, @escaping () -> Void) -> Void) {
        guard let checkpoints else { return begin(nil, {}) }
        let turn = TurnGate.Turn()
        context.onCancel = { turn.leave() }
        checkpoints.commands.enter(turn, refused: { self.refuse(context) }) {
            guard !context.isOver else { return turn.leave() }
            let start = { (note: JSONValue?) in
                // Cancelled or refused while the checkpoint was taken.
                guard turn.isIn else { return }
                turn.commit()
                begin(note) {
                    turn.leave()
                    checkpoints.pruneIfDue()
                }
            }
            if ReadOnlyCommand.isProven(command) { start(nil) } else { checkpoints.beforeChange(then: start) }
        }
    }

    /// The same for a file that is written, which waits for restores and not for commands.
    ///
    /// - Parameter refused: called when the file is not to be written.
    func takeTurnForFile(
        _ context: ToolContext, refused: @escaping () -> Void, begin: @escaping (JSONValue?, @escaping () -> Void) -> Void
    ) {
        guard let checkpoints else { return begin(nil, {}) }
        let turn = TurnGate.Turn()
        context.onCancel = {
            turn.leave()
            refused()
        }
        checkpoints.files.enter(turn, refused: refused) {
            checkpoints.beforeChange { note in
                guard turn.isIn else { return }
                turn.commit()
                begin(note) { turn.leave() }
            }
        }
    }

    /// Calls `begin` when nothing else of the session changes files: no command, no file that is written. Once begun, it is
    /// brought to its end though the client cancels the call.
    func takeTurnAlone(_ checkpoints: SessionCheckpoints, _ context: ToolContext, begin: @escaping (_ leave: @escaping () -> Void) -> Void) {
        let (outer, inner) = (TurnGate.Turn(), TurnGate.Turn())
        let leave = {
            inner.leave()
            outer.leave()
        }
        context.onCancel = leave
        checkpoints.commands.enter(outer, refused: { self.refuse(context) }) {
            guard !context.isOver else { return leave() }
            checkpoints.files.enter(inner, refused: { self.refuse(context) }) {
                guard !context.isOver else { return leave() }
                outer.commit()
                inner.commit()
                context.onCancel = nil
                begin(leave)
            }
        }
    }

    private func refuse(_ context: ToolContext) {
        context.fail(session.end.map { Explanation.text(ExecFailure.sessionEnded($0)) } ?? SessionHost.unknownSession)
    }
}
