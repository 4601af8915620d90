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

    func show(table head: [String], _ rows: [[String]]) throws {
        var table = TextTable(head)
        for row in rows { for cell in row { table.append(cell) } }
        try show(table)
    }

    /// In one write: ten thousand rows are not ten thousand system calls.
    func show(_ table: TextTable) throws { try show(table.text) }
}

/// Columns as wide as their widest cell.
struct TextTable {
    private let columns: Int
    // All cells one after the other, where each ends, and how wide it is: a list has tens of thousands.
    private var cells: [UInt8] = []
    private var ends: [Int] = []
    private var widths: [Int] = []

    init(_ head: [String]) {
        columns = head.count
        for cell in head { append(cell) }
    }

    /// Whether there is a row beneath the head.
    var isEmpty: Bool { ends.count <= columns }

    /// The next cell, row by row; a row has as many as the head.
    mutating func append(_ cell: String) {
        let start = cells.count
        cells.append(contentsOf: cell.utf8)
        // A vault that somebody tampered with may hold names that would move the cursor.
        for index in start..<cells.count where cells[index] < 0x20 || cells[index] == 0x7F { cells[index] = UInt8(ascii: "?") }
        ends.append(cells.count)
        // Most are ASCII, whose characters need not be searched for.
        widths.append(cells[start...].allSatisfy { $0 < 0x80 } ? cells.count - start : cell.count)
    }

    var text: String {
        var widest = [Int](repeating: 0, count: columns)
        for (index, width) in widths.enumerated() where width > widest[index % columns] { widest[index % columns] = width }
        var text: [UInt8] = []
        text.reserveCapacity(2 * cells.count)
        var start = 0
        var blanks = 0
        for (index, end) in ends.enumerated() {
            let column = index % columns
            if column == 0, index > 0 {
                text.append(0x0A)
                blanks = 0
            }
            if start < end {
                for _ in 0..<blanks { text.append(0x20) }
                text.append(contentsOf: cells[start..<end])
                blanks = 0
            }
            blanks += widest[column] - widths[index] + 2
            start = end
        }
        return String(decoding: text, as: UTF8.self)
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
            "deleted_at": deletedAt.map { .string($0) } ?? .null, "has_rule": .bool(rule != nil), "rule": ruleJSON,
        ])
    }
}
