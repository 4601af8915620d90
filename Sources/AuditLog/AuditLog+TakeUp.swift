import Digest
import JSON
import PrivateFiles

// Continuing a chain: after a restart, after another process wrote, after a crash in the middle of a line. All of it runs
// under the file's lock.
extension AuditLog {
    /// Finds the end of the chain in the open file, or begins it.
    func takeUp() throws(AuditError) {
        let end = try filing { () throws(FileError) in try log.info.size }
        let start = try filing { () throws(FileError) in try log.read(at: 0, count: min(end, 4096)) }
        let headBytes = try filing { () throws(FileError) in try headFile.read(at: 0, count: AuditHead.size) }
        let known = AuditHead(headBytes)
        guard let newline = start.firstIndex(of: 0x0a) else {
            // Empty, or a crash tore the first line: no record was ever whole, so there is nothing to keep.
            guard end < 4096, start.starts(with: Array("{\"seq\":0,".utf8).prefix(end)) else { throw .notALog }
            if end > 0 { try filing { () throws(FileError) in try log.truncate(to: 0) } }
            return try begin(after: known)
        }
        guard let first = AuditRecord(line: start[..<newline]), first.type == .begin, first.seq == 0,
            let identity = first.object["file"]?.string, AuditHead.isIdentity(identity)
        else { throw .notALog }
        file = identity
        let torn = adoptUnended(try findLast(end))
        size = end
        let missing = known.flatMap { $0.file == identity && $0.seq > seq ? $0 : nil }
        if torn != nil || missing != nil { try close(torn: torn, missing: missing) }
    }

    /// Takes in what another writer added between `size` and `end`.
    func readOn(to end: Int) throws(AuditError) {
        guard end > size else { throw .shortened }
        let start = size
        guard end - start <= 4 * AuditRecord.largestLine else { return try takeUp() }
        let added = try filing { () throws(FileError) in try log.read(at: start, count: end - start) }
        var good = 0
        var rest = 0
        while let newline = added[rest...].firstIndex(of: 0x0a) {
            let line = added[rest..<newline]
            let isAfterTorn = rest > good
            rest = newline + 1
            // A line that is no record was torn by a crash; whoever came next closed it and says so in its record.
            guard let record = AuditRecord(line: line) else { continue }
            guard record.seq == seq + 1, record.prev == hash, record.hash == AuditRecord.expectedHash(line: line),
                !isAfterTorn || record.type == .recovered
            else { throw .damaged }
            (seq, hash) = (record.seq, record.hash)
            good = rest
        }
        size = end
        if let torn = adoptUnended(added[good...]) { try close(torn: torn, missing: nil) }
    }

    /// Begins a new chain: the first record holds a random identity and the name. If the head file knows of a log that is
    /// gone, the second record says so.
    private func begin(after known: AuditHead?) throws(AuditError) {
        let random = try filing { () throws(FileError) in try PrivateFiles.randomBytes(16) }
        file = Hex.encode(random)
        (seq, hash, size) = (-1, AuditRecord.noHash, 0)
        _ = try write(AuditEvent(.begin, fields: ["format": 1, "file": .string(file), "name": .string(name)]))
        if let known {
            _ = try write(AuditEvent(.recovered, fields: [
                "lost_file": .string(known.file), "lost_seq": .int(known.seq), "lost_hash": .string(known.hash),
            ]))
        }
        try filing { () throws(FileError) in try directory.sync() }
    }

    /// Finds the last record, and gives the bytes after it: a line that a crash tore, or none.
    private func findLast(_ end: Int) throws(AuditError) -> ArraySlice<UInt8> {
        var count = min(end, 16_384)
        while true {
            let from = end - count
            let bytes = try filing { () throws(FileError) in try log.read(at: from, count: count) }
            var lineEnd = bytes.lastIndex(of: 0x0a)
            while let newline = lineEnd {
                let before = bytes[..<newline].lastIndex(of: 0x0a)
                // The first line in the window is whole only at the start of the file.
                guard before != nil || from == 0 else { break }
                let line = bytes[(before.map { $0 + 1 } ?? 0)..<newline]
                if let record = AuditRecord(line: line) {
                    guard record.hash == AuditRecord.expectedHash(line: line) else { throw .damaged }
                    (seq, hash) = (record.seq, record.hash)
                    return bytes[(newline + 1)...]
                }
                lineEnd = before
            }
            guard from > 0, count <= 2 * AuditRecord.largestLine else { throw .damaged }
            count = min(end, count * 4)
        }
    }

    /// Takes in a last record that lacks nothing but its line feed.
    ///
    /// - Returns: what is torn and must be closed with a line feed: nil when the file ends well, empty when only the line
    ///   feed was missing.
    private func adoptUnended(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let before = rest.lastIndex(of: 0x0a)
        let line = rest[(before.map { $0 + 1 } ?? rest.startIndex)...]
        guard let record = AuditRecord(line: line), record.hash == AuditRecord.expectedHash(line: line),
            record.type == .recovered || (before == nil && record.seq == seq + 1 && record.prev == hash)
        else { return rest }
        (seq, hash) = (record.seq, record.hash)
        return []
    }

    /// Ends a torn line where it stands (history is not rewritten) and records it: length and hash of the torn bytes.
    ///
    /// With `missing`, the head named records that are gone. The chain goes on behind them, so that the gap in `seq` stays
    /// to be seen for ever.
    private func close(torn: ArraySlice<UInt8>?, missing: AuditHead?) throws(AuditError) {
        var fields = JSONObject()
        if let torn, !torn.isEmpty {
            fields["torn_bytes"] = .int(torn.count)
            fields["torn_sha256"] = .string(SHA256.hash(Array(torn)).hex)
        }
        if let missing {
            fields["missing_from"] = .int(seq + 1)
            fields["missing_to"] = .int(missing.seq)
            (seq, hash) = (missing.seq, missing.hash)
        }
        // One write for both, so that a crash in here leaves another torn end and nothing else.
        _ = try write(AuditEvent(.recovered, fields: fields), after: torn == nil ? [] : [0x0a])
    }
}
