import Digest
package import EventLoop

/// Questions that wait for an answer in a later request: each is for one session and one command, once, for a while.
package struct Approvals {
    package struct Binding: Equatable {
        package let session: String
        /// The command's digest.
        package let command: String

        package init(session: String, command: String) {
            self.session = session
            self.command = command
        }
    }

    private var open: [String: (binding: Binding, expires: MonotonicInstant)] = [:]
    package init() {}

    private static let lifetime = Duration.seconds(600)
    private static let most = 1024

    /// A new, unguessable word for a question.
    package mutating func issue(_ binding: Binding, now: MonotonicInstant) -> String {
        open = open.filter { $0.value.expires > now }
        // A client that asks without end loses its oldest questions, not our memory.
        if open.count >= Self.most, let oldest = open.min(by: { $0.value.expires < $1.value.expires })?.key { open[oldest] = nil }
        let word = Handle.random()
        open[word] = (binding, now + Self.lifetime)
        return word
    }

    /// Whether that word was given for exactly this, is not too old, and was not used before.
    package mutating func redeem(_ word: String, _ binding: Binding, now: MonotonicInstant) -> Bool {
        guard let found = open.removeValue(forKey: word) else { return false }
        return found.binding == binding && found.expires > now
    }

    package mutating func discard(_ word: String) { open[word] = nil }
}
