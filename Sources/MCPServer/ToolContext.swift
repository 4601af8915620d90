public import MCPProtocol
public import ToolSchema

/// One call of a tool while it runs: its arguments, and the ways back to the client.
///
/// After `finish`, or once the client has cancelled the call, everything told to it is dropped.
public final class ToolContext {
    public let arguments: ArgumentReader
    /// Whether the client wants to hear of progress.
    public let wantsProgress: Bool
    /// Whether the user can be asked in the course of this call.
    public let canAsk: Bool

    /// Called when the client cancels the call: stop the work. No answer is sent any more.
    public var onCancel: (() -> Void)?

    private let call: ToolCall
    private weak var server: MCPServer?
    private var progressCount = 0
    private var pending: [String: (ElicitationAnswer) -> Void] = [:]
    /// Whether the call was answered, cancelled, or ended with a question that comes back with another call.
    public private(set) var isOver = false

    init(_ call: ToolCall, arguments: ArgumentReader, server: MCPServer) {
        self.call = call
        self.arguments = arguments
        self.server = server
        wantsProgress = call.wantsProgress
        canAsk = call.canElicit
    }

    /// Ends the call with its result.
    public func finish(_ result: ToolResult) {
        guard !isOver else { return }
        isOver = true
        pending = [:]
        onCancel = nil
        server?.finish(call.handle, result)
    }

    /// Ends the call with a failure that the agent can act on.
    public func fail(_ text: String) { finish(.failure(text)) }

    /// Tells the client how the call goes, if it wants to know.
    public func progress(_ message: String) {
        guard !isOver, wantsProgress else { return }
        progressCount += 1
        server?.progress(call.handle, count: progressCount, message: message)
    }

    /// What became of a question.
    public enum Answer {
        /// What the user said.
        case answered(ElicitationAnswer)
        /// What the user said when the call was made for the first time, with the state given along with the question.
        case answeredBefore(ElicitationAnswer, state: String)
        /// The client cannot ask.
        case unavailable
    }

    /// Asks the user. With a handshake the call waits for the answer. Without one the call ends here, with the question as
    /// its result; the client repeats it, and the same question is then answered at once.
    ///
    /// - Parameters:
    ///   - state: given back with an answer of an earlier round; authenticated, and bound to the tool and its arguments.
    public func ask(_ question: Elicitation, state: String, then: @escaping (Answer) -> Void) {
        guard !isOver else { return }
        if let earlier = call.answers[question.key], let state = call.state {
            return then(.answeredBefore(earlier, state: state))
        }
        pending[question.key] = { then(.answered($0)) }
        switch server?.ask(call.handle, question, state: state) {
        case .asked: break
        case .deferred:
            isOver = true
            pending = [:]
            onCancel = nil
        case .unavailable, nil:
            pending[question.key] = nil
            then(.unavailable)
        }
    }

    func answer(_ key: String, _ answer: ElicitationAnswer) { pending.removeValue(forKey: key)?(answer) }

    func cancel() {
        guard !isOver else { return }
        isOver = true
        pending = [:]
        let onCancel = onCancel
        self.onCancel = nil
        onCancel?()
    }
}
