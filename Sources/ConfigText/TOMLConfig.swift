public import JSON

/// A TOML text and edits of its tables that keep every other byte.
///
/// Edited: tables with a header of their own, and elements of arrays of tables. Refused: text that is not TOML, a key or
/// table given twice, and places written in another form (dotted keys, inline tables), where an edit would have to guess.
public struct TOMLConfig: Sendable {
    /// The text as it is.
    public let bytes: [UInt8]
    private let sections: [TOMLScanner.Section]

    public init(_ bytes: [UInt8]) throws(ConfigTextError) {
        self.bytes = bytes
        sections = try TOMLScanner.sections(bytes)
        try Self.refuseRepeats(sections)
    }

    /// The text that a key of the table at `path` has (the empty path: before any header); nil when there is no such key
    /// or its value is not a one-line string.
    public func text(table path: [String], _ key: String) -> String? {
        for section in sections where !section.isArray && section.path == path {
            for pair in section.pairs where pair.key == [key] { return TOMLText.string(bytes[pair.value]) }
        }
        return nil
    }

    /// Whether a key of the table at `path` is there, whatever its value.
    public func has(table path: [String], _ key: String) -> Bool {
        sections.contains { section in
            !section.isArray && section.path == path && section.pairs.contains { $0.key == [key] }
        }
    }

    /// The text with the keys of `pairs` set in the table at `path`; the table is added at the end when it is missing.
    public func setting(table path: [String], _ pairs: JSONObject) throws(ConfigTextError) -> [UInt8] {
        precondition(!path.isEmpty, "a table has a name")
        try refuseOtherForms(path, isArray: false)
        if let section = sections.first(where: { !$0.isArray && $0.path == path }) { return try set(pairs, in: section) }
        return try append(path, isArray: false, pairs)
    }

    /// The text with the keys of `pairs` set in the element of the array of tables at `path` whose `key` has the value
    /// that `pairs` gives it; such an element is added at the end when it is missing.
    public func setting(arrayOfTables path: [String], matching key: String, _ pairs: JSONObject) throws(ConfigTextError) -> [UInt8] {
        guard let wanted = pairs[key]?.string else { throw .notRepresentable }
        if let empty = emptyArray(path) {
            var edits = Edits()
            edits.insert(at: empty + 1, try TOMLText.render(.object(pairs)))
            return edits.applied(to: bytes)
        }
        try refuseOtherForms(path, isArray: true)
        let found = sections.filter { section in
            section.isArray && section.path == path && section.pairs.contains { pair in
                pair.key == [key] && TOMLText.string(bytes[pair.value]).map { $0.utf8.elementsEqual(wanted.utf8) } == true
            }
        }
        if found.count > 1 { throw .repeatedKey(line: found[1].line) }
        if let section = found.first { return try set(pairs, in: section) }
        return try append(path, isArray: true, pairs)
    }

    /// The offset of the `[` of `path = []` on the top level.
    private func emptyArray(_ path: [String]) -> Int? {
        guard let pair = sections[0].pairs.first(where: { $0.key == path }) else { return nil }
        let value = bytes[pair.value]
        guard value.first == 0x5B, value.dropFirst().dropLast().allSatisfy({ Layout.isBlank($0) }) else { return nil }
        return pair.value.lowerBound
    }

    private func set(_ pairs: JSONObject, in section: TOMLScanner.Section) throws(ConfigTextError) -> [UInt8] {
        var edits = Edits()
        let layout = Layout(of: bytes)
        // New keys go behind the last one of the table, on a line of their own and behind its comment.
        let end = section.pairs.last?.value.upperBound ?? section.headerEnd
        var place = bytes[end...].firstIndex(of: 0x0A) ?? bytes.count
        if place > end, place < bytes.count, bytes[place - 1] == 0x0D { place -= 1 }
        let indent = section.pairs.last.map { Layout.indentation(of: $0.value.lowerBound, in: bytes) } ?? []
        for member in pairs {
            if let pair = section.pairs.first(where: { $0.key == [member.key] }) {
                let text = try TOMLText.render(member.value)
                if !bytes[pair.value].elementsEqual(text) { edits.replace(pair.value, text) }
            } else if section.pairs.contains(where: { $0.key.first == member.key }) {
                throw .otherForm(depth: section.path.count)
            } else {
                edits.insert(at: place, layout.lineEnd + indent + (try TOMLText.line(member.key, member.value)))
            }
        }
        return edits.applied(to: bytes)
    }

    private func append(_ path: [String], isArray: Bool, _ pairs: JSONObject) throws(ConfigTextError) -> [UInt8] {
        let lineEnd = Layout(of: bytes).lineEnd
        var out = bytes
        if let last = out.last, last != 0x0A { out += lineEnd }
        if out.contains(where: { !Layout.isBlank($0) && $0 != 0x0A && $0 != 0x0D }) { out += lineEnd }
        for byte in try TOMLText.table(path, isArray: isArray, pairs) {
            out += byte == 0x0A ? lineEnd : [byte]
        }
        return out
    }

    /// Refuses a table that is defined otherwise than by a header of the kind that is edited.
    private func refuseOtherForms(_ path: [String], isArray: Bool) throws(ConfigTextError) {
        for section in sections {
            for depth in 1...path.count where section.path == Array(path[..<depth]) {
                // An array of tables on the way, or the wrong kind at the end.
                if depth < path.count ? section.isArray : section.isArray != isArray { throw .otherForm(depth: depth) }
            }
            // A section below an element of the array is fine; a table below a missing array is not.
            if isArray, section.path.starts(with: path), section.path.count > path.count,
                !sections.contains(where: { $0.isArray && $0.path == path })
            {
                throw .otherForm(depth: path.count)
            }
            guard section.path.count < path.count, path.starts(with: section.path), !section.isArray else { continue }
            let rest = path[section.path.count...]
            for pair in section.pairs where rest.starts(with: pair.key) || pair.key.starts(with: rest) {
                throw .otherForm(depth: section.path.count + 1)
            }
        }
    }

    /// The same key twice in a section, or the same table header twice under the same array elements.
    private static func refuseRepeats(_ sections: [TOMLScanner.Section]) throws(ConfigTextError) {
        var tables: Set<[String]> = []
        var arrays: Set<[String]> = []
        for section in sections.dropFirst() {
            if section.isArray {
                guard !tables.contains(section.path) else { throw .repeatedKey(line: section.line) }
                arrays.insert(section.path)
                // A new element: tables below it may come again.
                tables = tables.filter { !$0.starts(with: section.path) }
            } else {
                guard !arrays.contains(section.path), tables.insert(section.path).inserted else {
                    throw .repeatedKey(line: section.line)
                }
            }
        }
        for section in sections {
            var keys: Set<[String]> = []
            for pair in section.pairs {
                guard keys.insert(pair.key).inserted else { throw .repeatedKey(line: pair.line) }
            }
        }
    }
}
