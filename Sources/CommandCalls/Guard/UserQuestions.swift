package import EventLoop
package import MCPProtocol
package import MCPServer

/// Asks the user whether something may happen, and says which answers are worth something: each is for one binding, once.
package final class UserQuestions {
    /// What became of a question.
    package enum Answer {
        /// A plain yes to exactly this.
        case agreed
        /// Anything else that the user said.
        case refused
        /// An answer was given, but it was used before, is too old, or was to another question.
        case stale
        /// The client cannot ask.
        case unavailable
    }

    private var approvals = Approvals()

    package init() {}

    /// Asks. `then` is called once with what became of it, unless the call ends before the answer.
    ///
    /// With a handshake the call waits for the user. Without one it ends here, and comes again with the answer.
    ///
    /// - Returns: whether the call is over without an answer, so that what was begun for it is to be undone.
    @discardableResult
    package func ask(
        _ question: Elicitation, for binding: Approvals.Binding, context: ToolContext, now: MonotonicInstant,
        then: @escaping (Answer) -> Void
    ) -> Bool {
        let state = approvals.issue(binding, now: now)
        var isAnswered = false
        context.ask(question, state: state) { [self] answer in
            isAnswered = true
            switch answer {
            case .unavailable:
                then(.unavailable)
            case .answered(let said):
                approvals.discard(state)
                then(Self.meaning(of: said))
            case .answeredBefore(let said, let state):
                then(approvals.redeem(state, binding, now: now) ? Self.meaning(of: said) : .stale)
            }
        }
        return !isAnswered && context.isOver
    }

    private static func meaning(of answer: ElicitationAnswer) -> Answer { CommandQuestion.isYes(answer) ? .agreed : .refused }
}
