import JSON
public import PrivateFiles

extension AuditVerifier {
    /// Verifies the log `name` in `directory`: against its head file, or against a head that was kept elsewhere.
    public static func verify(
        _ name: String, in directory: borrowing Directory, known: AuditHead? = nil
    ) throws(FileError) -> AuditReport {
        let anchor: Anchor
        if let known {
            anchor = .known(known)
        } else if try directory.info(AuditHead.name(of: name)) != nil {
            anchor = .headFile(try directory.open(AuditHead.name(of: name)).read(at: 0, count: AuditHead.size + 1))
        } else {
            anchor = .headFile(nil)
        }
        var verifier = AuditVerifier(anchor: anchor, name: name)
        let file = try directory.open(name)
        try eachPiece(of: file) { verifier.feed($0) }
        return verifier.finish()
    }

    /// What a verification of one file of a directory came to.
    public struct FileReport: Sendable {
        public let name: String
        /// The findings, or why the file could not be read.
        public let result: Result<AuditReport, FileError>
        /// Whether the file was read and its chain is whole.
        public var isWhole: Bool {
            if case .success(let report) = result { return report.fault == nil }
            return false
        }
    }

    /// Verifies a directory of logs: the index, then each log the index names, in the order of their opening. A log that
    /// the index closed is also held against the end it recorded; one that it does not know is not looked at.
    public static func verify(directory: borrowing Directory) throws(FileError) -> [FileReport] {
        let index = try verify(AuditDirectory.indexName, in: directory)
        var reports = [FileReport(name: AuditDirectory.indexName, result: .success(index))]
        for entry in try indexed(in: directory) where !entry.isRemoved {
            do throws(FileError) {
                reports.append(FileReport(name: entry.name, result: .success(try verify(entry, in: directory))))
            } catch {
                reports.append(FileReport(name: entry.name, result: .failure(error)))
            }
        }
        return reports
    }

    private static func verify(_ entry: Entry, in directory: borrowing Directory) throws(FileError) -> AuditReport {
        guard try directory.info(entry.name) != nil else {
            var report = AuditReport()
            report.fault = AuditFault(line: 1, seq: 0, kind: .deleted)
            return report
        }
        var report = try verify(entry.name, in: directory)
        if report.fault == nil, let end = entry.end { report = try verify(entry.name, in: directory, known: end) }
        if report.fault == nil, report.file != entry.file {
            report.fault = AuditFault(line: 1, seq: 0, kind: .swapped)
        }
        return report
    }

    /// Gives every record of the log `name` to `body`, in order. Lines that are no records are passed over.
    public static func eachRecord(
        of name: String, in directory: borrowing Directory, _ body: (AuditRecord, ArraySlice<UInt8>) -> Void
    ) throws(FileError) {
        var lines = AuditLines()
        let file = try directory.open(name)
        try eachPiece(of: file) { piece in
            lines.feed(piece)
            while let line = lines.next() {
                if let record = AuditRecord(line: line) { body(record, line) }
            }
        }
    }

    private struct Entry {
        var name: String
        var file: String
        var end: AuditHead?
        var isRemoved = false
    }

    private static func indexed(in directory: borrowing Directory) throws(FileError) -> [Entry] {
        var entries: [Entry] = []
        var places: [String: Int] = [:]
        try eachRecord(of: AuditDirectory.indexName, in: directory) { record, _ in
            guard let name = record.object["name"]?.string else { return }
            let file = record.object["file"]?.string
            switch record.type {
            case .fileOpen:
                places[name] = entries.count
                entries.append(Entry(name: name, file: file ?? ""))
            case .fileClose:
                guard let place = places[name], let file, let seq = record.object["head_seq"]?.int,
                    let hash = record.object["head_hash"]?.string
                else { return }
                entries[place].end = AuditHead(file: file, seq: seq, hash: hash)
            case .fileRemoved:
                if let place = places[name] { entries[place].isRemoved = true }
            default: break
            }
        }
        return entries
    }

    private static func eachPiece(of file: borrowing File, _ body: ([UInt8]) -> Void) throws(FileError) {
        var offset = 0
        while true {
            let piece = try file.read(at: offset, count: 1 << 20)
            guard !piece.isEmpty else { return }
            body(piece)
            offset += piece.count
        }
    }
}
