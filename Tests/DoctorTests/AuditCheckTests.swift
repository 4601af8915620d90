@testable import Doctor
import AuditLog
import Foundation
import PrivateFiles
import Testing

@Suite("The doctor looks at the audit log and leaves it as it is", .serialized)
struct AuditCheckTests {
    private let file = "EXECKIT_MCP_AUDIT"
    private let directory = "EXECKIT_MCP_AUDIT_DIR"

    private func examine(_ path: String) -> DoctorReport {
        Doctor(surroundings([file: path])).examine()
    }

    @Test("A log that is not there yet is fine where one can be made, and nothing is made")
    func missing() throws {
        try withScratch { place throws in
            #expect(examine(place + "/a.jsonl").state(file) == .ok)
            #expect(try names(in: place) == [])
            let report = examine(place + "/no/a.jsonl")
            #expect(report.state(file) == .broken && report.advice(file).contains("mkdir"))
        }
    }

    @Test("A directory that cannot be written to is broken")
    func unwritable() throws {
        // Kernel files: not even root makes a file there.
        let report = examine("/proc/a.jsonl")
        #expect(report.state(file) == .broken && report.exitCode == 1)
        #expect(Doctor(surroundings([directory: "/proc/execkit/audit"])).examine().state(directory) == .broken)
    }

    @Test("A whole log shows its records and is not changed")
    func whole() throws {
        try withScratch { place throws in
            try writeLog("a.jsonl", in: place, records: 3)
            let before = (try bytes(place + "/a.jsonl"), try bytes(place + "/a.jsonl.head"))
            let report = examine(place + "/a.jsonl")
            #expect(report.state(file) == .ok && report.advice(file) == "4 records, whole")
            #expect(try bytes(place + "/a.jsonl") == before.0 && bytes(place + "/a.jsonl.head") == before.1)
            #expect(try names(in: place) == ["a.jsonl", "a.jsonl.head"])
        }
    }

    @Test("A torn end is a warning, an edit, a cut or a missing head is broken")
    func damaged() throws {
        try withScratch { place throws in
            let path = place + "/a.jsonl"
            try writeLog("a.jsonl", in: place, records: 3)
            let whole = try bytes(path)
            try put(whole + Data("{\"seq\":4".utf8), path)
            #expect(examine(path).state(file) == .warn)
            var edited = whole
            edited[edited.range(of: Data("\"s1\"".utf8))!.lowerBound + 1] = 0x74
            try put(edited, path)
            #expect(examine(path).state(file) == .broken)
            #expect(examine(path).advice(file).contains("record 2") && examine(path).advice(file).contains("audit verify"))
            let cut = whole[..<whole.dropLast().lastIndex(of: 0x0a)!] + [0x0a]
            try put(cut, path)
            #expect(examine(path).state(file) == .broken)
            try put(whole, path)
            #expect(examine(path).state(file) == .ok)
            try FileManager.default.removeItem(atPath: path + ".head")
            #expect(examine(path).state(file) == .broken)
        }
    }

    @Test("A link, a file that others can read and a file that is no log are broken")
    func refused() throws {
        try withScratch { place throws in
            try writeLog("a.jsonl", in: place, records: 1)
            try FileManager.default.createSymbolicLink(atPath: place + "/link.jsonl", withDestinationPath: place + "/a.jsonl")
            #expect(examine(place + "/link.jsonl").state(file) == .broken)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: place + "/a.jsonl")
            #expect(examine(place + "/a.jsonl").state(file) == .broken)
            try put(Data("notes\n".utf8), place + "/notes")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place + "/notes")
            #expect(examine(place + "/notes").state(file) == .broken)
        }
    }

    @Test("A directory of logs is held against its index")
    func directoryOfLogs() throws {
        try withScratch { place throws in
            let path = place + "/audit"
            #expect(Doctor(surroundings([directory: path])).examine().advice(directory).contains("is made"))
            #expect(try names(in: place) == [])
            var name = ""
            do {
                let logs = try AuditDirectory(
                    Directory(making: AbsolutePath(path)), durability: .none,
                    retention: AuditRetention(days: nil, totalBytes: nil), now: { 1_700_000_000_000 })
                let log = try logs.open(session: "s1")
                try log.append(AuditEvent(.open, session: "s1"))
                name = log.name
            }
            let both = Doctor(surroundings([directory: path, file: "/x/y"])).examine()
            #expect(both.state(directory) == .ok && both.advice(directory).hasPrefix("1 logs"))
            #expect(both.state(file) == .warn && both.advice(file).contains(directory))
            try FileManager.default.removeItem(atPath: path + "/" + name)
            let gone = Doctor(surroundings([directory: path])).examine()
            #expect(gone.state(directory) == .broken && gone.advice(directory).contains(name))
            try FileManager.default.removeItem(atPath: path + "/index.jsonl")
            try writeLog("s2-1.jsonl", in: path, records: 0)
            #expect(Doctor(surroundings([directory: path])).examine().state(directory) == .broken)
        }
    }

    @Test("Of a large log the end is looked at")
    func largeLogEnd() throws {
        try withScratch { place throws in
            try writeLog("a.jsonl", in: place, records: 5)
            let whole = Array(try bytes(place + "/a.jsonl"))
            let head = try #require(AuditHead(Array(try bytes(place + "/a.jsonl.head"))))
            // The window begins in the middle of a line, as it will.
            let end = Array(whole.dropFirst(10))
            #expect(AuditHealth(end: end, head: head).state == .ok)
            #expect(AuditHealth(end: end, head: nil).state == .broken)
            #expect(AuditHealth(end: end.dropLast(), head: head).state == .warn)
            #expect(AuditHealth(end: end + Array("{}\n".utf8), head: head).state == .warn)
            let ahead = AuditHead(file: head.file, seq: head.seq + 2, hash: head.hash)
            #expect(AuditHealth(end: end, head: ahead).state == .broken)
            let other = AuditHead(file: head.file, seq: head.seq, hash: String(repeating: "0", count: 64))
            #expect(AuditHealth(end: end, head: other).state == .broken)
            let behind = AuditHead(file: head.file, seq: head.seq - 1, hash: other.hash)
            #expect(AuditHealth(end: end, head: behind).state == .ok)
        }
    }
}
