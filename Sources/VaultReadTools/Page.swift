internal import JSON
internal import ToolSchema

/// A part of a list that is short enough to be shown: entries in the order of their names, from behind a cursor.
struct Page {
    /// One entry: where it stands in the order, and what is shown of it.
    struct Entry {
        let place: String
        let json: JSONValue
    }

    static let standard = 50
    static let most = 200
    /// Characters of JSON of a page without a `limit`. Clients show some 10,000 without cutting.
    private static let room = 8_000

    let entries: [JSONValue]
    /// Nil at the end of the list.
    let next: String?

    /// - Parameters:
    ///   - cursor: `next` of the page before.
    ///   - limit: the agent's wish. It may then be long.
    init(_ all: [Entry], cursor: String?, limit: Int?) {
        let sorted = all.sorted { $0.place.utf8.lexicographicallyPrecedes($1.place.utf8) }
        let start = cursor.map { cursor in
            sorted.firstIndex { cursor.utf8.lexicographicallyPrecedes($0.place.utf8) } ?? sorted.count
        } ?? 0
        var entries: [JSONValue] = []
        var size = 0
        for entry in sorted[start...].prefix(min(limit ?? Self.standard, Self.most)) {
            size += entry.json.serialized().count + 1
            if limit == nil, !entries.isEmpty, size > Self.room { break }
            entries.append(entry.json)
        }
        self.entries = entries
        let end = start + entries.count
        next = end < sorted.count && end > 0 ? sorted[end - 1].place : nil
    }

    static let arguments: [Schema.Property] = [
        .optional("cursor", Schema.string("nextCursor of the page before").orNull),
        .optional(
            "limit", Schema.integer("the most entries; \(standard), and as many as a client shows, unless given", minimum: 1, maximum: most).orNull),
    ]

    static let results: [Schema.Property] = [
        .required("truncated", .boolean("whether the list goes on")),
        .optional("nextCursor", .string("for the next page")),
        .optional("hint", .string("what to do next")),
    ]

    /// Puts the page into a result.
    func write(_ name: String, to result: inout JSONObject) {
        result[name] = .array(entries)
        result["truncated"] = .bool(next != nil)
        if let next { result["nextCursor"] = .string(next) }
    }
}
