internal import Digest

/// Reads what the scripts print: fields ended by NUL, and sections with a name and a length.
struct ScriptAnswer {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func field() -> String? {
        guard let end = rest.firstIndex(of: 0) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    mutating func section(_ name: String) -> [UInt8]? {
        guard field() == name, let length = field().flatMap({ Int($0) }), length >= 0, rest.count >= length else { return nil }
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
    }

    mutating func created() -> CreatedCheckpoint? {
        guard field() == "created", let text = field(), let id = try? CheckpointID(text), let isNew = field(),
            let files = field(), let renewed = field(), let gone = field()
        else { return nil }
        var leftOut: [LeftOut] = []
        if !isAtEnd {
            guard let report = section("report") else { return nil }
            leftOut = ScriptAnswer.leftOut(report)
        }
        return CreatedCheckpoint(
            id: id, isNew: isNew == "1", files: Int(files), renewed: Int(renewed) ?? 0, gone: Int(gone) ?? 0, leftOut: leftOut)
    }

    static func leftOut(_ bytes: [UInt8]) -> [LeftOut] {
        let all = Set(bytes.split(separator: 0).compactMap { record -> LeftOut? in
            guard let letter = record.first, let reason = LeftOut.Reason(rawValue: Character(Unicode.Scalar(letter))) else { return nil }
            return LeftOut(reason: reason, path: Path.relative(record.dropFirst()))
        })
        return all.sorted { Path.precedes($0.path, $1.path) }
    }

    static func kept(_ bytes: [UInt8]) -> [RestoreOutcome.Kept] {
        let all = Set(bytes.split(separator: 0).compactMap { record -> RestoreOutcome.Kept? in
            guard let letter = record.first,
                let reason = RestoreOutcome.Kept.Reason(rawValue: Character(Unicode.Scalar(letter)))
            else { return nil }
            return RestoreOutcome.Kept(reason: reason, path: Path.relative(record.dropFirst()))
        })
        return all.sorted { Path.precedes($0.path, $1.path) }
    }

    /// Lines of `name-kind state time subject`, as `for-each-ref` gives them.
    static func list(_ bytes: [UInt8]) -> [Checkpoint]? {
        var entries: [Checkpoint] = []
        for line in bytes.split(separator: 10) {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
            guard words.count >= 4, let id = try? CheckpointID(String(words[1])), let created = Int64(words[2]),
                let kind = Checkpoint.Kind(rawValue: String(words[3])),
                let label = words.count > 4 ? Hex.decode(String(words[4])) : []
            else { return nil }
            entries.append(Checkpoint(id: id, kind: kind, label: label, created: created))
        }
        return entries
    }
}
