internal import ArgumentParser
internal import JSON
internal import VaultStore

/// `--json`, on every command that reads.
struct ReportOptions: ParsableArguments {
    @Flag(help: "Write one JSON document instead of a table.")
    var json = false
}

extension Person {
    func show(_ value: JSONValue) throws { try show(String(decoding: value.serialized(), as: UTF8.self)) }

    /// Columns as wide as their widest cell.
    func show(table head: [String], _ rows: [[String]]) throws {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { Self.width($0[column]) }.max() ?? 0 }
        // One write: a list of ten thousand rows is not ten thousand system calls.
        var text = ""
        for row in all {
            if !text.isEmpty { text += "\n" }
            var blanks = 0
            for (column, cell) in row.enumerated() {
                if !cell.isEmpty {
                    text += String(repeating: " ", count: blanks)
                    text += cell
                    blanks = 0
                }
                blanks += widths[column] - Self.width(cell) + 2
            }
        }
        try show(text)
    }

    /// Characters of a cell. Most are ASCII, whose characters need not be searched for.
    private static func width(_ cell: String) -> Int {
        cell.utf8.allSatisfy { $0 < 0x80 } ? cell.utf8.count : cell.count
    }
}

extension SecretRecord {
    /// What `list` shows. Never a value.
    func json(project: String) -> JSONValue {
        .object([
            "key": .string(place.key), "project": .string(project), "environment": .string(place.environment),
            "folder": .string(place.folder), "scope": .string(attributes.scope.rawValue),
            "type": .string(attributes.type.rawValue), "tags": .array(attributes.tags.map { .string($0) }),
            "description": .string(attributes.description),
            "expires_at": attributes.expiresAt.map { .string($0) } ?? .null, "expired": .bool(isExpired),
            "version": .int(version), "created_at": .string(createdAt), "updated_at": .string(updatedAt),
            "deleted_at": deletedAt.map { .string($0) } ?? .null,
        ])
    }
}
