import AuditLog
import Foundation
import PrivateFiles
import Testing

@Suite("A directory of audit logs")
struct AuditDirectoryTests {
    static let day = 86_400_000

    func store(_ scratch: Scratch, days: Int? = nil, bytes: Int? = nil) throws -> AuditDirectory {
        try AuditDirectory(
            try scratch.directory(), durability: .none, retention: AuditRetention(days: days, totalBytes: bytes)
        ) { scratch.milliseconds }
    }

    /// Opens a log, writes to it, closes it, and makes it `days` old.
    func session(_ store: AuditDirectory, _ scratch: Scratch, _ id: String, days: Int = 0) throws -> String {
        let log = try store.open(session: id)
        try log.append(.open(session: id, transport: "local", cwd: nil))
        try log.append(.close(session: id, reason: "destroyed"))
        try store.close(log, session: id)
        let seconds = Double(scratch.milliseconds / 1000 - days * 86_400)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: scratch.path + "/" + log.name)
        return log.name
    }

    @Test("one log a session, all in the index, all whole")
    func sessions() throws {
        let scratch = try Scratch()
        let store = try store(scratch)
        let name = try session(store, scratch, "0a71-1_local")
        #expect(name == "0a71-1_local-1700000000000.jsonl")
        let open = try store.open(session: "0a71-2_ssh_u@h:22")
        try open.append(sampleEvent(1))
        let reports = try AuditVerifier.verify(directory: try scratch.directory())
        #expect(reports.map(\.name) == [AuditDirectory.indexName, name, open.name])
        #expect(reports.filter { !$0.isWhole }.isEmpty)
    }

    @Test("a deleted, a swapped, a cut and a linked log are named")
    func tampering() throws {
        let scratch = try Scratch()
        let store = try store(scratch)
        let names = try (0..<5).map { try session(store, scratch, "s\($0)") }
        func path(_ index: Int) -> String { scratch.path + "/" + names[index] }
        try FileManager.default.removeItem(atPath: path(0))
        // 1 takes the place of 2, head and all.
        for end in ["", ".head"] {
            try FileManager.default.removeItem(atPath: path(2) + end)
            try FileManager.default.copyItem(atPath: path(1) + end, toPath: path(2) + end)
        }
        // The last record of 3 is cut off, and the head file made to fit.
        let cut = Array(lines(scratch.bytes(names[3])).dropLast())
        let lastLine = try #require(cut.last)
        let last = try #require(AuditRecord(line: lastLine[...]))
        let head = try #require(AuditHead(scratch.bytes(names[3] + ".head")))
        scratch.put(joined(cut), names[3])
        scratch.put(AuditHead(file: head.file, seq: last.seq, hash: last.hash).encoded(), names[3] + ".head")
        try FileManager.default.removeItem(atPath: path(4))
        try FileManager.default.createSymbolicLink(atPath: path(4), withDestinationPath: path(1))
        let reports = try AuditVerifier.verify(directory: try scratch.directory())
        #expect(reports.map(\.isWhole) == [true, false, true, false, false, false])
        func kind(_ index: Int) -> AuditFault.Kind? { (try? reports[index + 1].result.get())?.fault?.kind }
        #expect(kind(0) == .deleted)
        #expect(kind(2) == .renamed)
        #expect(kind(3) == .truncated(to: 2))
        guard case .failure(.symbolicLink) = reports[5].result else { Issue.record("a link was followed"); return }
    }

    @Test("retention by age keeps young, open and foreign files, and the index says what went")
    func retention() throws {
        let scratch = try Scratch()
        let first = try store(scratch)
        let old = try session(first, scratch, "old", days: 15)
        let young = try session(first, scratch, "young", days: 13)
        let open = try first.open(session: "open")
        let aged = Date(timeIntervalSince1970: Double(scratch.milliseconds / 1000) - 100 * 86_400)
        scratch.put(Array("theirs".utf8), "notes-123.jsonl")
        scratch.put(Array("theirs".utf8), "data.jsonl")
        for name in [open.name, "notes-123.jsonl", "data.jsonl", AuditDirectory.indexName] {
            try FileManager.default.setAttributes([.modificationDate: aged], ofItemAtPath: scratch.path + "/" + name)
        }
        let second = try store(scratch, days: 14)
        let left = try scratch.directory().names()
        #expect(!left.contains(old) && !left.contains(old + ".head"))
        for name in [young, open.name, "notes-123.jsonl", "data.jsonl", AuditDirectory.indexName] { #expect(left.contains(name)) }
        try open.append(sampleEvent(1))
        #expect(try second.prune() == [])
        let reports = try AuditVerifier.verify(directory: try scratch.directory())
        #expect(reports.map(\.name) == [AuditDirectory.indexName, young, open.name])
        #expect(reports.filter { !$0.isWhole }.isEmpty)
    }

    @Test("a total size lets the oldest go first and never what is in use")
    func totals() {
        let logs = (1...5).map {
            AuditRetention.Candidate(name: "\($0)", modified: $0 * 1000, size: 10, isInUse: $0 == 1)
        }
        #expect(AuditRetention(days: nil, totalBytes: 50).expired(logs, now: 9_000) == [])
        #expect(AuditRetention(days: nil, totalBytes: 49).expired(logs, now: 9_000) == ["2"])
        #expect(AuditRetention(days: nil, totalBytes: 21).expired(logs, now: 9_000) == ["2", "3", "4"])
        #expect(AuditRetention(days: nil, totalBytes: 0).expired(logs, now: 9_000) == ["2", "3", "4", "5"])
        #expect(AuditRetention(days: 1, totalBytes: nil).expired(logs, now: Self.day + 2_000) == ["2"])
        // The clock went back: nothing is old.
        #expect(AuditRetention(days: 1, totalBytes: nil).expired(logs, now: -Self.day) == [])
    }

    @Test("no session name leaves the directory or hides", arguments: ["../../x", "", ".hidden", "-rf", "a\0b\n", "é/"])
    func names(session: String) throws {
        let scratch = try Scratch()
        let log = try store(scratch).open(session: session)
        #expect(try scratch.directory().names().contains(log.name))
        #expect(!log.name.contains("/") && !log.name.hasPrefix(".") && !log.name.hasPrefix("-"))
    }
}
