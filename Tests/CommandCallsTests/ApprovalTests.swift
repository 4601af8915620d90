import EventLoop
import Testing

@testable import CommandCalls

@Suite("Approvals of the user")
struct ApprovalTests {
    let binding = Approvals.Binding(session: "s", command: "digest")

    private func check(
        _ approvals: inout Approvals, _ word: String, _ binding: Approvals.Binding, now: MonotonicInstant, _ expected: Bool,
        at place: SourceLocation = #_sourceLocation
    ) {
        let isRedeemed = approvals.redeem(word, binding, now: now)
        #expect(isRedeemed == expected, sourceLocation: place)
    }

    @Test("One approval is for one command, once, for a while")
    func once() {
        let now = MonotonicInstant(nanoseconds: 0)
        var approvals = Approvals()
        let word = approvals.issue(binding, now: now)
        check(&approvals, "another word", binding, now: now, false)
        check(&approvals, word, binding, now: now, true)
        check(&approvals, word, binding, now: now, false)

        let other = approvals.issue(binding, now: now)
        check(&approvals, other, Approvals.Binding(session: "s", command: "changed"), now: now, false)
        // The attempt with another command has used it up.
        check(&approvals, other, binding, now: now, false)

        let late = approvals.issue(binding, now: now)
        check(&approvals, late, binding, now: now + .seconds(601), false)
    }

    @Test("Questions without answers are forgotten, oldest first")
    func bounded() {
        var approvals = Approvals()
        let first = approvals.issue(binding, now: MonotonicInstant(nanoseconds: 0))
        let words = (1...1024).map { approvals.issue(binding, now: MonotonicInstant(nanoseconds: Int64($0))) }
        let now = MonotonicInstant(nanoseconds: 2000)
        check(&approvals, first, binding, now: now, false)
        check(&approvals, words[1023], binding, now: now, true)
        #expect(Set(words).count == words.count)
    }
}
