import AuditLog
import PrivateFiles

/// How an existing log or directory of logs stands.
///
/// Up to `wholeLimit` bytes everything is verified; of a larger log only its end, which is where crashes and cuts are.
struct AuditHealth {
    var state = Finding.State.ok
    private var sentence: String
    private var needsVerify = false

    /// Read completely in a fraction of a second.
    static let wholeLimit = 16 << 20
    private static let tail = 1 << 20

    /// The sentence, with the command that says more.
    func advice(_ path: String) -> String {
        needsVerify ? "\(sentence); run: execkit-mcp audit verify '\(path)'" : sentence
    }

    private init(_ sentence: String, _ state: Finding.State = .ok) {
        self.sentence = sentence
        self.state = state
        needsVerify = state != .ok
    }

    /// The log `name`, which may not be there yet. Opens it as the server would, so what would stop that shows here.
    init(of name: String, in directory: borrowing Directory) throws(FileError) {
        guard let info = try directory.info(name) else {
            self.init("is made when the server starts")
            return
        }
        let file = try directory.append(name)
        if info.size == 0 {
            self.init("empty; begun when the server starts")
        } else if info.size <= Self.wholeLimit {
            self.init(try AuditVerifier.verify(name, in: directory))
        } else {
            let end = try file.read(at: info.size - Self.tail, count: Self.tail)
            let hasHead = try directory.info(AuditHead.name(of: name)) != nil
            let head = hasHead ? try directory.read(AuditHead.name(of: name), limit: 4_096) : []
            self.init(end: end, head: AuditHead(head))
        }
    }

    /// A directory with its index.
    init(ofDirectory directory: borrowing Directory) throws(FileError) {
        var count = 0
        var bytes = 0
        for name in try directory.names() where name.hasSuffix(".jsonl") {
            guard let info = try directory.info(name), info.kind == .regular else { continue }
            count += 1
            bytes += info.size
        }
        guard try directory.info(AuditDirectory.indexName) != nil else {
            self.init(count == 0 ? "empty; begun when the server starts" : "\(count) logs and no index", count == 0 ? .ok : .broken)
            return
        }
        let index = try AuditHealth(of: AuditDirectory.indexName, in: directory)
        guard index.state == .ok, bytes <= Self.wholeLimit else {
            self = index
            sentence = "the index: \(index.sentence)"
            return
        }
        for report in try AuditVerifier.verify(directory: directory) where !report.isWhole {
            switch report.result {
            case .success(let found): self.init(found)
            case .failure(let error): self.init(error.explanation, .broken)
            }
            sentence = "\(report.name): \(sentence)"
            return
        }
        self.init("\(count - 1) logs, \(bytes) bytes, whole")
    }

    private init(_ report: AuditReport) {
        guard let fault = report.fault else {
            self.init("\(report.records) records, whole")
            return
        }
        // A torn end is what a crash leaves; the server closes it and goes on.
        self.init(fault.explanation, fault.kind == .torn || fault.kind == .empty ? .warn : .broken)
    }

    /// The end of a large log.
    init(end: [UInt8], head: AuditHead?) {
        guard let last = end.last, last == 0x0a else {
            self.init("the file ends in the middle of a line", .warn)
            return
        }
        let lines = end.dropLast()
        let start = lines.lastIndex(of: 0x0a).map { $0 + 1 } ?? lines.startIndex
        guard let record = AuditRecord(line: lines[start...]) else {
            self.init("its last line is not a whole record", .warn)
            return
        }
        guard let head else {
            self.init("the head file is missing or damaged, so a cut at the end would not show", .broken)
            return
        }
        if head.seq > record.seq {
            self.init("records \(record.seq + 1) to \(head.seq) were cut off", .broken)
        } else if head.seq == record.seq, head.hash != record.hash {
            self.init("the last record is not the one that the head file names", .broken)
        } else {
            self.init("the last record, \(record.seq), is as the head file says; 'audit verify' reads all")
        }
    }
}
