import Foundation
import JSON

/// SplitMix64 with a fixed seed: the same documents in every run.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Whether `small` comes out of `large` by leaving bytes away.
func isSubsequence(_ small: [UInt8], of large: [UInt8]) -> Bool {
    var at = 0
    for byte in large where at < small.count && small[at] == byte { at += 1 }
    return at == small.count
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The naive twin of an edit: on the value, without any text.
func twin(_ value: JSONValue, _ path: ArraySlice<String>, _ new: JSONValue) -> JSONValue {
    guard let key = path.first else { return new }
    var object = value.object ?? [:]
    object[key] = twin(object[key] ?? [:], path.dropFirst(), new)
    return .object(object)
}

/// A JSONC document written in a random style, and what it says.
struct RandomJSONC {
    var random: Seeded
    private(set) var text = ""
    private var scalars = 0
    private let lineEnd: String
    private let unit: String
    private let isInline: Bool
    private let hasComments: Bool
    private let hasTrailingCommas: Bool

    init(seed: UInt64) {
        random = Seeded(state: seed)
        lineEnd = ["\n", "\r\n"].randomElement(using: &random)!
        unit = ["  ", "    ", "\t", " "].randomElement(using: &random)!
        isInline = Int.random(in: 0..<4, using: &random) == 0
        hasComments = !isInline && Bool.random(using: &random)
        hasTrailingCommas = Bool.random(using: &random)
    }

    mutating func document() -> JSONValue {
        if Bool.random(using: &random) { text += "\u{FEFF}" }
        if hasComments { text += "// head: \"{,}\" /*\(lineEnd)" }
        let value = object(depth: 0)
        if Bool.random(using: &random) { text += lineEnd }
        return value
    }

    private mutating func comment() -> String {
        guard hasComments, Int.random(in: 0..<3, using: &random) == 0 else { return "" }
        return [" // line, \"with\" }] marks", " /* block, \"with\" }] marks */"].randomElement(using: &random)!
    }

    private mutating func object(depth: Int) -> JSONValue {
        let count = depth == 0 ? Int.random(in: 0...4, using: &random) : Int.random(in: 0...3, using: &random)
        let inline = isInline || (!hasComments && Int.random(in: 0..<4, using: &random) == 0)
        var object: JSONObject = [:]
        text += "{" + (inline ? "" : comment())
        for index in 0..<count {
            text += inline ? (index > 0 ? " " : "") : lineEnd + String(repeating: unit, count: depth + 1)
            let key = ["a", "b", "mcpServers", "k \\\"\\u00e9", "d/e"][index]
            text += "\"\(key)\":" + (inline ? "" : " ")
            let name = key.replacingOccurrences(of: "\\\"", with: "\"").replacingOccurrences(of: "\\u00e9", with: "é")
            object[name] = value(depth: depth + 1)
            if index < count - 1 || (hasTrailingCommas && !inline) { text += "," }
            if !inline { text += comment() }
        }
        if !inline { text += lineEnd + String(repeating: unit, count: depth) }
        text += "}"
        return .object(object)
    }

    private mutating func value(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth < 3 ? 6 : 3), using: &random) {
        case 0:
            text += "-1.50e3"
            return -1500.0
        case 1:
            text += "[true, [null], {\"x\": \"]}\"}]"
            return [true, [nil], ["x": "]}"]]
        case 2:
            scalars += 1
            text += "\"scalar \(scalars) // {\""
            return .string("scalar \(scalars) // {")
        default: return object(depth: depth)
        }
    }

    /// A random path, mostly along objects that are there.
    mutating func path(in value: JSONValue) -> [String] {
        var path: [String] = []
        var here = value
        while true {
            let keys = (here.object?.members ?? []).filter { $0.value.object != nil }.map(\.key)
            if let key = keys.randomElement(using: &random), Int.random(in: 0..<3, using: &random) > 0 {
                path.append(key)
                here = here[key]!
            } else {
                break
            }
        }
        let strings = (here.object?.members ?? []).filter { $0.value.string != nil }.map(\.key)
        if let key = strings.randomElement(using: &random), Bool.random(using: &random) { return path + [key] }
        return path + ["new"] + (Bool.random(using: &random) ? ["deep \"é"] : [])
    }
}
