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
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        for row in all {
            var line = ""
            for (column, cell) in row.enumerated() {
                line += column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            try show(line)
        }
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
