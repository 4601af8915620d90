import CommandCalls
import JSON
import OutputShaping
import ToolSchema

/// Paths of a place in a result: bytes that anybody chose, made text that is redacted, visible and bounded.
struct ShownPaths {
    let texts: Texts

    /// Entries of one list, and what they take together, counted as JSON: five lists have room beside each other in what
    /// clients show without cutting.
    static let mostEntries = 200
    static let room = 1_800
    private static let longest = 300

    /// A path with everything invisible made visible. What is no UTF-8 is shown as U+FFFD.
    func text(_ path: [UInt8]) -> String {
        // Known values first: an escape would change how they are spelled.
        let covered = texts.covered(String(decoding: path, as: UTF8.self))
        var visible: [UInt8] = []
        for scalar in covered.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            if isControl || InvisibleCharacters.contains(scalar.value) {
                visible += InvisibleCharacters.escaped(scalar.value)
            } else {
                visible += Array(String(scalar).utf8)
            }
        }
        let cap = HeadTailCap(limit: Self.longest, measure: .json, countsNote: true)
        let shown = cap.apply(to: ElidedText(whole: texts.bytes(visible)))
        return String(decoding: shown.rendered, as: UTF8.self)
    }

    /// `total`, and the first entries under `name`.
    func list<Entry>(_ entries: some Collection<Entry>, _ name: String, _ value: (Entry, String) -> JSONValue, path: (Entry) -> [UInt8]) -> JSONValue {
        var shown: [JSONValue] = []
        var used = 0
        for entry in entries.prefix(Self.mostEntries) {
            let text = text(path(entry))
            used += TextMeasure.json.length(Array(text.utf8)) + 4
            if used > Self.room, !shown.isEmpty { break }
            shown.append(value(entry, text))
        }
        return ["total": .int(entries.count), name: .array(shown)]
    }

    func list(_ paths: some Collection<[UInt8]>) -> JSONValue { list(paths, "paths", { .string($1) }, path: { $0 }) }

    static func schema(_ description: String) -> Schema {
        .object([.required("total", .integer()), .required("paths", .array(of: .string(), "the first of them, from the workspace on; directories end in /"))], description)
    }

    static func reasonSchema(_ description: String) -> Schema {
        .object([
            .required("total", .integer()),
            .required("items", .array(of: .object([.required("path", .string()), .required("reason", .string())]))),
        ], description)
    }
}
