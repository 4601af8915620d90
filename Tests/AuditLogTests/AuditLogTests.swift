import Foundation
import JSON
import PrivateFiles
import Testing

@testable import AuditLog

@Suite("Audit log")
struct AuditLogTests {
    @Test("records are chained, private, in order, and verify")
    func whole() throws {
        let scratch = try Scratch()
        let log = try scratch.log()
        let start = try log.append(.execStart(session: "s", command: "false", cwd: "/", timeoutMilliseconds: nil))
        try log.append(.execEnd(
            session: "s", start: start, result: .failed, exitCode: 1, durationMilliseconds: 3, cwd: "/", truncated: false,
            stdout: "", stderr: "no"))
        #expect(start.seq == 1 && start.file == log.file)
        #expect(scratch.mode("log.jsonl") == 0o600 && scratch.mode("log.jsonl.head") == 0o600)
        let records = try lines(scratch.bytes()).map { try #require(AuditRecord(line: $0[...])) }
        #expect(records.map(\.seq) == [0, 1, 2])
        #expect(records.map(\.type) == [.begin, .execStart, .execEnd])
        #expect(records[0].prev == AuditRecord.noHash)
        #expect(records[1].prev == records[0].hash && records[2].prev == records[1].hash)
        #expect(records[2].object["start"]?.int == 1 && records[2].result == .failed)
        #expect(records[2].session == "s" && records[2].object["exit_code"]?.int == 1)
        let report = try scratch.verify()
        #expect(report.fault == nil && report.records == 3 && report.beyondHead == 0)
        #expect(report.head == log.head && report.file == log.file)
        #expect(try scratch.verify(known: log.head).fault == nil)
    }

    @Test("a log is taken up where it ended, and a clock that jumps back does no harm")
    func reopening() throws {
        let scratch = try Scratch()
        let file = try scratch.log().file
        scratch.milliseconds -= 86_400_000
        for index in 0..<5 {
            let log = try scratch.log("log.jsonl", index % 2 == 0 ? .none : .each)
            #expect(log.file == file)
            try log.append(sampleEvent(index))
        }
        scratch.milliseconds = -5
        try scratch.log().append(sampleEvent(6))
        let report = try scratch.verify()
        #expect(report.fault == nil && report.records == 7)
    }

    @Test("two writers on one file keep the chain whole")
    func twoWriters() throws {
        let scratch = try Scratch()
        let first = try scratch.log(), second = try scratch.log()
        var generator = Generator(state: 3)
        var receipts: [Int] = []
        for index in 0..<200 {
            receipts.append(try (Bool.random(using: &generator) ? first : second).append(sampleEvent(index)).seq)
        }
        #expect(receipts == Array(1...200))
        #expect(first.file == second.file)
        let report = try scratch.verify()
        #expect(report.fault == nil && report.records == 201 && report.beyondHead == 0)
    }

    @Test("while another holds the lock every append is refused and changes nothing; then the chain goes on")
    func locked() throws {
        let scratch = try Scratch()
        let patience = LockPatience()
        // The two seconds were waited for before.
        patience.spend(LockPatience.most)
        let log = try AuditLog(
            in: try scratch.directory(), name: "log.jsonl", durability: .none, patience: patience, now: { 1 })
        try log.append(sampleEvent(0))
        let before = scratch.bytes(), head = scratch.bytes("log.jsonl.head")
        let other = open(scratch.path + "/log.jsonl", O_RDWR)
        defer { close(other) }
        var range = flock()
        range.l_type = Int16(F_WRLCK)
        #expect(fcntl(other, 37, &range) == 0)  // F_OFD_SETLK
        for index in 0..<20 {
            #expect(auditFailure { try log.append(sampleEvent(index)) } == .locked)
            #expect(auditFailure { _ = try AuditLog(
                in: try scratch.directory(), name: "log.jsonl", durability: .none, patience: patience, now: { 1 }) } == .locked)
        }
        #expect(scratch.bytes() == before && scratch.bytes("log.jsonl.head") == head)
        range.l_type = Int16(F_UNLCK)
        #expect(fcntl(other, 37, &range) == 0)
        #expect(try log.append(sampleEvent(1)).seq == 2)
        #expect(try scratch.verify().fault == nil)
    }

    @Test("all waiting for locks comes from one purse, which fills slowly and is not filled by a clock that jumps back")
    func patience() {
        let patience = LockPatience()
        #expect(patience.allowance(now: 1_000) == 2_000)
        patience.spend(500)
        #expect(patience.allowance(now: 1_000) == 1_500)
        patience.spend(1_500)
        #expect(patience.allowance(now: 1_049) == LockPatience.least)
        #expect(patience.allowance(now: 1_500) == 10)
        #expect(patience.allowance(now: -5_000) == 10)
        #expect(patience.allowance(now: -4_500) == 20)
        #expect(patience.allowance(now: 1_000_000) == 2_000)

        // Whoever holds the lock all the time, asked as often as can be.
        let hostile = LockPatience()
        var now = 0, waited = 0
        while now < 1_000_000 {
            let pause = hostile.allowance(now: now)
            hostile.spend(pause)
            if pause > LockPatience.least { waited += pause }
            now += max(pause, 10)
        }
        #expect(waited <= 2_000 + 1_000_000 / LockPatience.refill)
    }

    @Test("a crash at any byte of the last records: the log goes on, says what was torn or lost, and nothing else is lost")
    func crashes() throws {
        let scratch = try Scratch()
        try scratch.sample(4)
        let all = scratch.bytes()
        let whole = lines(all)
        let head = scratch.bytes("log.jsonl.head")
        let lastTwo = joined(Array(whole.suffix(2))).count
        // Every byte near the ends of lines, every seventh elsewhere.
        for cut in (all.count - lastTwo)...all.count where cut % 7 == 0 || all[max(0, cut - 3)..<min(all.count, cut + 3)].contains(0x0a) {
            let left = Array(all.prefix(cut))
            let records = left.filter { $0 == 0x0a }.count
            let isEnded = left.last == 0x0a
            // Only the line feed is missing: the record is whole and is kept.
            let isKept = !isEnded && AuditRecord(line: left[((left.lastIndex(of: 0x0a) ?? -1) + 1)...]) != nil
            let isTorn = !isEnded && !isKept
            // The process was killed: the head names what was whole, or the record before it.
            for seq in [records - 1, records - 2] {
                let record = try #require(AuditRecord(line: whole[seq][...]))
                let known = AuditHead(file: try #require(AuditHead(head)).file, seq: seq, hash: record.hash)
                scratch.put(left)
                scratch.put(known.encoded(), "log.jsonl.head")
                #expect(try scratch.verify().fault?.kind == (isEnded ? nil : .torn))
                try scratch.log().append(sampleEvent(9))
                #expect(scratch.bytes().starts(with: left))
                let report = try scratch.verify()
                #expect(report.fault == nil, "cut at \(cut)")
                #expect(report.tornLines == (isTorn ? 1 : 0) && report.records == records + (isTorn ? 2 : isKept ? 3 : 1))
            }
            // The tail was cut off by someone: the head knows more. The log goes on and the gap stays to be seen.
            scratch.put(left)
            scratch.put(head, "log.jsonl.head")
            if records + (isKept ? 1 : 0) < whole.count {
                let before = try scratch.verify().fault
                #expect(before?.seq == records && before?.kind == (isEnded ? .truncated(to: 4) : .torn))
                try scratch.log().append(sampleEvent(9))
                let after = try scratch.verify().fault
                #expect(after?.seq == records + (isKept ? 1 : 0) && after?.kind == .missing(to: 4), "cut at \(cut)")
            }
        }
    }

    @Test("a crash in the first record leaves a log that begins anew")
    func crashAtBirth() throws {
        let scratch = try Scratch()
        _ = try scratch.log()
        let all = scratch.bytes()
        for cut in 0..<all.count where cut % 5 == 0 || cut + 3 > all.count {
            scratch.put(Array(all.prefix(cut)))
            scratch.put([], "log.jsonl.head")
            try scratch.log().append(sampleEvent(1))
            let report = try scratch.verify()
            #expect(report.fault == nil && report.records == 2, "cut at \(cut)")
        }
    }

    @Test("a crash while a torn line is being closed")
    func crashInRepair() throws {
        let scratch = try Scratch()
        try scratch.sample(2)
        let head = scratch.bytes("log.jsonl.head")
        let torn = scratch.bytes() + Array("{\"seq\":3,\"ts\":1".utf8)
        scratch.put(torn)
        _ = try scratch.log()
        let repaired = scratch.bytes()
        #expect(try scratch.verify().tornLines == 1)
        for cut in torn.count..<repaired.count where cut % 5 == 0 || cut < torn.count + 3 || cut + 3 > repaired.count {
            scratch.put(Array(repaired.prefix(cut)))
            scratch.put(head, "log.jsonl.head")
            try scratch.log().append(sampleEvent(1))
            let report = try scratch.verify()
            #expect(report.fault == nil && report.tornLines == 1, "cut at \(cut)")
        }
    }

    @Test("another writer's torn line is closed by the one that goes on")
    func tornByAnother() throws {
        let scratch = try Scratch()
        let first = try scratch.log(), second = try scratch.log()
        try first.append(sampleEvent(1))
        scratch.extend(Array("{\"seq\":2,\"ts\"".utf8))
        try second.append(sampleEvent(2))
        try first.append(sampleEvent(3))
        let report = try scratch.verify()
        #expect(report.fault == nil && report.tornLines == 1 && report.records == 5)
    }

    @Test("what others do to the log stops the effect with an error that names it")
    func interference() throws {
        func broken(_ act: (Scratch) throws -> Void) throws -> AuditError? {
            let scratch = try Scratch()
            let log = try scratch.log()
            try log.append(sampleEvent(0))
            try act(scratch)
            return auditFailure { try log.append(sampleEvent(1)) }
        }
        #expect(try broken { try FileManager.default.removeItem(atPath: $0.path + "/log.jsonl") } == .removed)
        #expect(try broken { try FileManager.default.removeItem(atPath: $0.path) } == .removed)
        #expect(try broken { scratch in
            try FileManager.default.moveItem(atPath: scratch.path + "/log.jsonl", toPath: scratch.path + "/old")
            scratch.put(scratch.bytes("old"))
        } == .replaced)
        #expect(try broken { scratch in
            try FileManager.default.moveItem(atPath: scratch.path + "/log.jsonl", toPath: scratch.path + "/old")
            try FileManager.default.createSymbolicLink(atPath: scratch.path + "/log.jsonl", withDestinationPath: "old")
        } == .replaced)
        #expect(try broken { truncate($0.path + "/log.jsonl", 10) } == .shortened)
        #expect(try broken { scratch in
            let last = try #require(lines(scratch.bytes()).last)
            scratch.extend(last + [0x0a])
        } == .damaged)
    }

    @Test("a log that cannot be trusted is not taken up")
    func refusals() throws {
        func refused(_ prepare: (Scratch) throws -> Void) throws -> AuditError? {
            let scratch = try Scratch()
            try prepare(scratch)
            return auditFailure { _ = try scratch.log() }
        }
        #expect(try refused { scratch in
            scratch.put([], "real")
            try FileManager.default.createSymbolicLink(atPath: scratch.path + "/log.jsonl", withDestinationPath: "real")
        } == .file(.symbolicLink))
        #expect(try refused { scratch in
            scratch.put([], "real")
            try FileManager.default.createSymbolicLink(atPath: scratch.path + "/log.jsonl.head", withDestinationPath: "real")
        } == .file(.symbolicLink))
        #expect(try refused { mkfifo($0.path + "/log.jsonl", 0o600) } == .file(.wrongKind(.other)))
        #expect(try refused { scratch in
            scratch.put([])
            chmod(scratch.path + "/log.jsonl", 0o644)
        } == .file(.readableByOthers(mode: 0o644)))
        #expect(try refused { $0.put(Array("some text\n".utf8)) } == .notALog)
        #expect(try refused { $0.put(Array("{\"seq\":0,\"other\":1}\n".utf8)) } == .notALog)
        #expect(try refused { $0.put(Array("text without an end".utf8)) } == .notALog)
        #expect(try refused { scratch in
            try scratch.sample(2)
            var all = lines(scratch.bytes())
            all[2][20] ^= 1
            scratch.put(joined(all))
        } == .damaged)
    }

    @Test("a log emptied while nobody looked says that one was lost")
    func emptied() throws {
        let scratch = try Scratch()
        try scratch.sample(3)
        scratch.put([])
        #expect(try scratch.verify().fault?.kind == .empty)
        try scratch.log().append(sampleEvent(0))
        #expect(try scratch.verify().fault == AuditFault(line: 2, seq: 1, kind: .lost))
    }

    @Test("a record too large is refused and leaves the log as it was")
    func tooLarge() throws {
        let scratch = try Scratch()
        let log = try scratch.log()
        let before = scratch.bytes()
        let command = String(repeating: "x", count: AuditRecord.largestLine)
        #expect(
            auditFailure {
                try log.append(.execStart(session: "s", command: command, cwd: nil, timeoutMilliseconds: nil))
            } == .tooLarge(limit: AuditRecord.largestLine))
        #expect(scratch.bytes() == before)
        try log.append(sampleEvent(1))
        #expect(try scratch.verify().fault == nil)
    }

    @Test("long records are found again from the end of the file")
    func longRecords() throws {
        let scratch = try Scratch()
        for size in [10, 20_000, 300_000, 15_000] {
            let text = String(repeating: "y", count: size)
            try scratch.log().append(.execStart(session: "s", command: text, cwd: nil, timeoutMilliseconds: 1))
        }
        let report = try scratch.verify()
        #expect(report.fault == nil && report.records == 5)
    }

    @Test("a full disk stops the effect, and the log goes on whole when there is room again", .enabled(
        if: SmallDisk.isPossible, "needs the right to mount a small memory file system"))
    func fullDisk() throws {
        let scratch = try Scratch()
        let disk = try SmallDisk(over: scratch)
        defer { disk.unmount() }
        let log = try scratch.log()
        var written = 0
        var stopped: AuditError?
        while stopped == nil, written < 10_000 {
            stopped = auditFailure { try log.append(sampleEvent(written)) }
            if stopped == nil { written += 1 }
        }
        #expect(stopped == .file(.system(.write, code: ENOSPC)))
        #expect(written > 10)
        #expect(scratch.bytes().last == 0x0a)
        #expect(try scratch.verify().fault == nil)
        try FileManager.default.removeItem(atPath: scratch.path + "/ballast")
        try log.append(sampleEvent(1))
        let report = try scratch.verify()
        #expect(report.fault == nil && report.records == written + 2)
    }

    @Test("a read-only file system is an error at the start", .enabled(
        if: SmallDisk.isPossible, "needs the right to mount a small memory file system"))
    func readOnly() throws {
        let scratch = try Scratch()
        let disk = try SmallDisk(over: scratch, options: "ro")
        defer { disk.unmount() }
        #expect(auditFailure { _ = try scratch.log() } == .file(.system(.open, code: EROFS)))
    }

    @Test("filters choose by time, session, kind and result")
    func filters() throws {
        let scratch = try Scratch()
        let log = try scratch.log()
        let start = try log.append(.execStart(session: "a", command: "x", cwd: nil, timeoutMilliseconds: nil))
        for (session, result) in [("a", AuditResult.ok), ("b", .timeout), ("a", .failed)] {
            try log.append(.execEnd(
                session: session, start: start, result: result, exitCode: nil, durationMilliseconds: 0, cwd: nil,
                truncated: false, stdout: nil, stderr: nil))
        }
        func chosen(_ filter: AuditFilter) throws -> [Int] {
            var found: [Int] = []
            try AuditVerifier.eachRecord(of: "log.jsonl", in: try scratch.directory()) { record, line in
                if filter.matches(record) { found.append(record.seq) }
                #expect(line.first == 0x7b && line.last == 0x7d)
            }
            return found
        }
        let base = 1_700_000_000_000
        #expect(try chosen(AuditFilter()) == [0, 1, 2, 3, 4])
        #expect(try chosen(AuditFilter(session: "a")) == [1, 2, 4])
        #expect(try chosen(AuditFilter(results: [.timeout, .failed])) == [3, 4])
        #expect(try chosen(AuditFilter(session: "b", results: [.ok])) == [])
        #expect(try chosen(AuditFilter(types: [.begin])) == [0])
        #expect(try chosen(AuditFilter(from: base + 2, to: base + 3)) == [1, 2])
    }
}

extension Scratch {
    /// Adds bytes to the file as another process would: the same file, in place.
    func extend(_ bytes: [UInt8], _ name: String = "log.jsonl") {
        let descriptor = open(path + "/" + name, O_WRONLY | O_APPEND)
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }
}

/// A memory file system of 64 KiB over a scratch directory, with a file that fills part of it.
struct SmallDisk {
    /// Held until the disk is gone, since it removes the directory.
    let scratch: Scratch

    /// Tried once: it needs the right to mount.
    static let isPossible: Bool = {
        guard geteuid() == 0, let scratch = try? Scratch(), let disk = try? SmallDisk(over: scratch) else { return false }
        disk.unmount()
        return true
    }()

    init(over scratch: Scratch, options: String = "rw") throws {
        self.scratch = scratch
        let path = scratch.path
        guard mount("execkit-test", path, "tmpfs", 0, "size=64k,mode=0700") == 0 else { throw CocoaError(.fileWriteUnknown) }
        if options == "ro" {
            guard mount("execkit-test", path, "tmpfs", UInt(MS_REMOUNT) | UInt(MS_RDONLY), nil) == 0 else {
                unmount()
                throw CocoaError(.fileWriteUnknown)
            }
        } else {
            _ = FileManager.default.createFile(atPath: path + "/ballast", contents: Data(count: 16_384))
        }
    }

    func unmount() {
        umount2(scratch.path, Int32(MNT_DETACH))
    }
}
