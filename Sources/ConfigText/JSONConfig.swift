public import JSON

/// A JSON or JSONC text and edits of it that keep every other byte.
///
/// Understood: comments of both kinds, trailing commas, a byte order mark, either line ending. A text of white space and
/// comments alone counts as an empty object. Refused: anything else that is not JSON, and repeated keys anywhere.
public struct JSONConfig: Sendable {
    /// The text as it is.
    public let bytes: [UInt8]
    /// What it says.
    public let value: JSONValue
    private let plain: [UInt8]
    private let comments: [Range<Int>]
    private let trailingCommas: Set<Int>
    private let isEmpty: Bool

    public init(_ bytes: [UInt8]) throws(ConfigTextError) {
        let text = PlainJSON(of: bytes)
        self.bytes = bytes
        plain = text.bytes
        comments = text.comments
        trailingCommas = text.trailingCommas
        isEmpty = JSONPlaces.skip(plain, 0) == plain.count
        do throws(JSONError) {
            value = isEmpty ? [:] : try JSONParser.parse(plain)
        } catch {
            throw .notJSON(error)
        }
    }

    /// The value at a path of keys; nil when it is not there.
    public func value(at path: [String]) -> JSONValue? {
        path.reduce(Optional(value)) { $0?[$1] }
    }

    /// The text with the member at `path` set to `new`; objects on the way are made when they are missing.
    ///
    /// What stands at `path` is replaced as a whole. A value that is equal already leaves the text as it is. The new
    /// text follows the indentation, the line ending and the comma style around it.
    /// - Throws: `.otherForm` when something on the way is no object.
    public func setting(_ path: [String], to new: JSONValue) throws(ConfigTextError) -> [UInt8] {
        precondition(!path.isEmpty, "a member has a key")
        if value(at: path) == new { return bytes }
        guard value.object != nil else { throw .otherForm(depth: 0) }
        let layout = Layout(of: bytes)
        if isEmpty { return newDocument(path, new, layout) }
        var start = JSONPlaces.skip(plain, 0)
        for (depth, key) in path.enumerated() {
            let places = try places(at: start)
            guard let member = places.members.first(where: { $0.key.utf8.elementsEqual(key.utf8) }) else {
                return insert(key, JSONText.nested(path[(depth + 1)...], new), into: places, layout)
            }
            if depth == path.count - 1 {
                var edits = Edits()
                let indent = layout.isMultiLine ? Layout.indentation(of: member.keyStart, in: bytes) : nil
                edits.replace(member.value, JSONText.render(new, indent: indent, layout))
                return edits.applied(to: bytes)
            }
            guard plain[member.value.lowerBound] == 0x7B else { throw .otherForm(depth: depth + 1) }
            start = member.value.lowerBound
        }
        preconditionFailure("the last key of a path ends the walk")
    }

    private func places(at start: Int) throws(ConfigTextError) -> JSONPlaces {
        do throws(JSONError) {
            return try JSONPlaces(plain, at: start)
        } catch {
            throw .notJSON(error)
        }
    }

    private func newDocument(_ path: [String], _ new: JSONValue, _ layout: Layout) -> [UInt8] {
        let text = JSONText.render(JSONText.nested(path[...], new), indent: [], layout) + layout.lineEnd
        guard let last = bytes.last, last != 0x0A, !comments.isEmpty else { return bytes + text }
        return bytes + layout.lineEnd + text
    }

    private func insert(_ key: String, _ new: JSONValue, into object: JSONPlaces, _ layout: Layout) -> [UInt8] {
        let interior = (object.open + 1)..<object.close
        let last = object.members.last?.value.upperBound ?? interior.lowerBound
        let comma = trailingCommas.first { $0 >= last && $0 < object.close }
        // After everything that belongs to what is there, comments included.
        let comment = comments.last { interior.contains($0.lowerBound) }?.upperBound ?? 0
        let place = max(last, comma.map { $0 + 1 } ?? 0, comment)
        var edits = Edits()
        if !object.members.isEmpty, comma == nil { edits.insert(at: last, [0x2C]) }
        let hasBreak = bytes[interior].contains(0x0A)
        let end: [UInt8] = comma == nil ? [] : [0x2C]

        guard hasBreak || (object.members.isEmpty && (layout.isMultiLine || isRoot(object))) else {
            let space: [UInt8] = object.members.isEmpty ? [] : [0x20]
            edits.insert(at: place, space + JSONText.member(key, new, indent: nil, layout) + end)
            return edits.applied(to: bytes)
        }
        let base = Layout.indentation(of: object.open, in: bytes)
        let own = object.members.first { Layout.isFirstOnLine($0.keyStart, in: bytes) }
        let indent = own.map { Layout.indentation(of: $0.keyStart, in: bytes) } ?? base + layout.unit
        var text = layout.lineEnd + indent + JSONText.member(key, new, indent: indent, layout) + end
        if !bytes[place..<object.close].contains(0x0A) { text += layout.lineEnd + base }
        edits.insert(at: place, text)
        return edits.applied(to: bytes)
    }

    private func isRoot(_ object: JSONPlaces) -> Bool { object.open == JSONPlaces.skip(plain, 0) }
}
