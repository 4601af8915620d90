public import EventLoop

/// Whether an agent answers, and how many of its keys can be used, for diagnostics.
public enum SSHAgentState: Equatable, Sendable {
    /// `others`: certificates, keys in hardware tokens and DSA.
    case answered(usable: Int, others: Int)
    /// Nobody listens at the socket, or what does ended the connection or said nothing in time.
    case silent
    /// What answers is no agent.
    case notAnAgent

    /// Asks the agent for its public keys; it signs nothing.
    ///
    /// - Parameters:
    ///   - socket: the path of its Unix socket.
    ///   - then: called once, from the loop.
    public static func ask(socket: [UInt8], within limit: Duration, on loop: EventLoop, then: @escaping (SSHAgentState) -> Void) {
        do throws(AgentFailure) {
            // Kept by the closure of its answer until that has come.
            let agent = try Agent(path: socket, on: loop)
            var isOver = false
            var timer: Timer?
            func end(_ state: SSHAgentState) {
                guard !isOver else { return }
                isOver = true
                timer?.cancel()
                then(state)
            }
            agent.ask(AgentMessage.requestKeys) { answer in withExtendedLifetime(agent) { end(state(answer)) } }
            timer = loop.after(limit) {
                agent.abandon()
                end(.silent)
            }
        } catch {
            loop.soon { then(.silent) }
        }
    }

    private static func state(_ answer: Result<ArraySlice<UInt8>, AgentFailure>) -> SSHAgentState {
        do throws(AgentFailure) {
            let keys = try AgentMessage.keys(answer.get())
            let usable = keys.count { AgentMessage.isUsable($0) }
            return .answered(usable: usable, others: keys.count - usable)
        } catch {
            return error == .unavailable ? .silent : .notAnAgent
        }
    }
}
