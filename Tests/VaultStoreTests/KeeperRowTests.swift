import PrivateFiles
import Testing
@testable import VaultStore

/// What a keeper of the vault needs of its rows.
@Suite("Rows for a keeper", .serialized)
struct KeeperRowTests {
    private struct Stop: Error, Equatable { let error: VaultStoreError? }

    private func action(_ kind: Action.Kind, _ key: String, project: String = "p", environment: String = "e", folder: String = "") -> Action {
        Action(kind, SecretPlace(project: project, environment: environment, folder: folder, key: key))
    }

    @Test("Reads at once see one state of the file, whatever another program changes meanwhile; then the new one")
    func atOnce() throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let before = try store.actions().count
        try store.atOnce(orElse: { Stop(error: $0) }) { () throws(Stop) in
            do {
                #expect(try store.actions().count == before)
                let other = try VaultStore.open(in: store.directory)
                _ = try other.record(Action(.scan))
                #expect(try other.actions().count == before + 1)
                #expect(try store.actions().count == before)
            } catch {
                throw Stop(error: error as? VaultStoreError)
            }
        }
        #expect(try store.actions().count == before + 1)
        #expect(throws: Stop(error: nil)) {
            try store.atOnce(orElse: { Stop(error: $0) }) { () throws(Stop) in throw Stop(error: nil) }
        }
        // After what was thrown, reads and changes go on.
        #expect(try store.record(Action(.scan)) == before + 2)
    }

    @Test("Uses are those of one secret, in an agent's runs, sessions and logins, in the time asked about, and counted no further")
    func uses() throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let place = SecretPlace(project: "p", environment: "e", key: "A")
        for row in [
            action(.mcpRun, "A"), action(.mcpSession, "A"), action(.mcpLogin, "A"), action(.run, "A"), action(.reveal, "A"), action(.mcpRun, "B"),
            action(.mcpRun, "A", project: "q"), action(.mcpRun, "A", environment: "f"), action(.mcpRun, "A", folder: "g"),
        ] {
            _ = try store.record(row)
        }
        #expect(try store.uses(of: place, inLast: 3600, most: 100) == 3)
        #expect(try store.uses(of: place, inLast: 3600, most: 1) == 1)
        #expect(try store.uses(of: place, inLast: 3600, most: 0) == 0)
        #expect(try store.uses(of: place, inLast: 366 * 86_400, most: 100) == 3)
        #expect(try store.uses(of: place, inLast: Int.max, most: 100) == 3)
        #expect(try store.uses(of: place, inLast: -5, most: 100) == 0)
    }

    @Test("A row is a run of an agent or not; how it ended is told by another")
    func runs() throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let run = try store.record(action(.mcpRun, "A"))
        var end = Action(.mcpRunEnded)
        end.end = RunEnd(receipt: run, exitCode: nil, outcome: "lost")
        let ended = try store.record(end)
        #expect(try store.isRun(run))
        for seq in [0, run - 1, ended, ended + 1] { #expect(try !store.isRun(seq)) }
        #expect(try store.actions(limit: 1).first?.detail == #"{"receipt":\#(run),"outcome":"lost"}"#)
        #expect(try store.firstBrokenAction() == nil)
    }

    @Test("A mark is the same while nothing but this store's rows of the log was added, and no longer")
    func marks() throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let mark = try store.mark()
        let before = try store.actions().count
        for index in 1...3 { #expect(try store.record(Action(.scan), ifStill: mark) == before + index) }
        _ = try store.record(Action(.scan))
        try store.record([Action(.scan), Action(.scan)])
        #expect(try store.mark() == mark)

        let other = try VaultStore.open(in: store.directory)
        _ = try other.actions()
        #expect(try store.mark() == mark)
        _ = try other.record(Action(.scan))
        #expect(try store.record(Action(.scan), ifStill: mark) == nil)
        #expect(try store.actions().count == before + 7)

        let second = try store.mark()
        #expect(second != mark)
        try store.change(orElse: { $0 }) { (_) throws(VaultStoreError) in ((), Action(.scan)) }
        #expect(try store.record(Action(.scan), ifStill: second) == nil)
        let third = try store.mark()
        #expect(try store.record(Action(.scan), ifStill: third) == before + 9)
        #expect(try store.firstBrokenAction() == nil)
    }

    @Test("Several rows are all written or none, and nothing is not written")
    func several() throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let before = try store.actions().count
        try store.record([])
        #expect(try store.actions().count == before)
        try store.record([action(.mcpRun, "A"), action(.run, "B"), action(.reveal, "C")])
        #expect(try store.actions(limit: 3).map(\.action) == ["secret.reveal", "run.executed", "mcp.run_with_secrets"])
        #expect(try store.firstBrokenAction() == nil)
    }
}
