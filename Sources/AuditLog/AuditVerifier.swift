import Digest
import JSON

/// Checks a log fed in pieces, in one pass and bounded memory. Pure: it reads no file.
public struct AuditVerifier {
    /// What the log is held against.
    public enum Anchor: Sendable {
        /// The content of the head file, nil when there is none: its absence is a fault.
        case headFile([UInt8]?)
        /// A head kept elsewhere: stronger than the head file, which whoever can write the log can write as well.
        case known(AuditHead)
        /// Nothing: for copies and exports. A cut at the end of a record does not show.
        case none
    }

    private var lines = AuditLines()
    private var report = AuditReport()
    private let head: AuditHead?
    private let needsHead: Bool
    private let name: String?
    private var line = 0
    private var seq = -1
    private var hash = AuditRecord.noHash
    private var torn: Torn?

    /// Lines that are no records, waiting for a `recovered` record that accounts for them.
    private struct Torn {
        let line: Int
        var bytes = 0
        var hasher = SHA256()
        var lineFeedPending = false
    }

    /// - Parameter name: the name of the file, compared with the one it was begun under; nil to leave that out.
    public init(anchor: Anchor, name: String?) {
        self.name = name
        switch anchor {
        case .headFile(let bytes): (head, needsHead) = (bytes.flatMap { AuditHead($0) }, true)
        case .known(let known): (head, needsHead) = (known, true)
        case .none: (head, needsHead) = (nil, false)
        }
    }

    /// Takes in the next bytes of the file.
    public mutating func feed(_ bytes: [UInt8]) {
        guard report.fault == nil else { return }
        lines.feed(bytes)
        while report.fault == nil, let next = lines.next() { check(next) }
        if report.fault == nil, lines.pendingCount > AuditRecord.largestLine { fail(line + 1, seq + 1, .malformed) }
    }

    /// The findings, after the last bytes.
    public mutating func finish() -> AuditReport {
        guard report.fault == nil else { return report }
        if let torn {
            fail(torn.line, seq + 1, .malformed)
        } else if lines.pendingCount > 0 {
            fail(line + 1, seq + 1, .torn)
        } else if seq < 0 {
            fail(1, 0, .empty)
        } else if needsHead {
            checkEnd()
        }
        return report
    }

    private mutating func checkEnd() {
        guard let head else { return fail(line + 1, seq + 1, .headless) }
        if head.file != report.file {
            fail(1, 0, .swapped)
        } else if head.seq > seq {
            fail(line + 1, seq + 1, .truncated(to: head.seq))
        } else {
            report.beyondHead = seq - head.seq
        }
    }

    private mutating func check(_ bytes: ArraySlice<UInt8>) {
        line += 1
        guard let record = AuditRecord(line: bytes) else { return setAside(bytes) }
        if let torn {
            guard record.type == .recovered, record.object["torn_bytes"]?.int == torn.bytes,
                record.object["torn_sha256"]?.string == torn.hasher.finalize().hex
            else { return fail(torn.line, seq + 1, .malformed) }
            self.torn = nil
            report.tornLines += 1
        } else if record.object["torn_bytes"] != nil, record.type == .recovered {
            return fail(line, seq + 1, .unchained)
        }
        let isGap = record.type == .recovered && record.object["missing_to"]?.int == record.seq - 1 && record.seq > seq + 1
        guard record.seq == seq + 1 || isGap else { return fail(line, seq + 1, .order(found: record.seq)) }
        guard record.hash == AuditRecord.expectedHash(line: bytes) else { return fail(line, record.seq, .edited) }
        if isGap { return fail(line, seq + 1, .missing(to: record.seq - 1)) }
        guard record.prev == hash else { return fail(line, record.seq, .unchained) }
        guard record.seq > 0 || isBeginning(record) else { return }
        if record.type == .recovered, record.object["lost_file"] != nil { return fail(line, record.seq, .lost) }
        if let head, head.seq == record.seq, head.file == report.file, head.hash != record.hash {
            return fail(line, record.seq, .rewritten)
        }
        (seq, hash) = (record.seq, record.hash)
        report.records += 1
        report.head = report.file.map { AuditHead(file: $0, seq: record.seq, hash: record.hash) }
    }

    /// Whether a record 0 is a beginning, of this log, under this name.
    private mutating func isBeginning(_ record: AuditRecord) -> Bool {
        guard record.type == .begin, record.object["format"]?.int == 1, let file = record.object["file"]?.string,
            AuditHead.isIdentity(file), let began = record.object["name"]?.string
        else {
            fail(line, 0, .malformed)
            return false
        }
        report.file = file
        if let head, head.file != file {
            fail(line, 0, .swapped)
        } else if let name, !name.utf8.elementsEqual(began.utf8) {
            fail(line, 0, .renamed)
        }
        return report.fault == nil
    }

    /// The bytes that a `recovered` record must account for are all between two records, without the last line feed.
    private mutating func setAside(_ bytes: ArraySlice<UInt8>) {
        var torn = torn ?? Torn(line: line)
        if torn.lineFeedPending {
            torn.hasher.update([0x0a])
            torn.bytes += 1
        }
        torn.hasher.update(bytes)
        torn.bytes += bytes.count
        torn.lineFeedPending = true
        self.torn = torn
    }

    private mutating func fail(_ line: Int, _ seq: Int, _ kind: AuditFault.Kind) {
        report.fault = AuditFault(line: line, seq: seq, kind: kind)
    }
}
