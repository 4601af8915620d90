import JSON

/// A small seeded generator (SplitMix64), so that a failing run can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

func text(_ value: JSONValue) -> String { String(decoding: value.serialized(), as: UTF8.self) }

func kind(of text: String, limits: JSONLimits = .default) -> JSONError.Kind? {
    kind(of: Array(text.utf8), limits: limits)
}

func kind(of bytes: [UInt8], limits: JSONLimits = .default) -> JSONError.Kind? {
    do {
        _ = try JSONParser.parse(bytes, limits: limits)
        return nil
    } catch { return error.kind }
}

func offset(of text: String) -> Int? {
    do {
        _ = try JSONParser.parse(text)
        return nil
    } catch { return error.offset }
}

/// A random value, for round trips.
func randomValue(_ random: inout SeededGenerator, depth: Int = 0) -> JSONValue {
    switch Int.random(in: 0..<(depth > 4 ? 5 : 7), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return .int(.random(in: .min ... .max, using: &random))
    case 3: return .number(JSONNumber(Double.random(in: -1e9...1e9, using: &random))!)
    case 4: return .string(randomText(&random))
    case 5: return .array((0..<Int.random(in: 0..<5, using: &random)).map { _ in randomValue(&random, depth: depth + 1) })
    default:
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0..<20, using: &random) {
            object[randomText(&random)] = randomValue(&random, depth: depth + 1)
        }
        return .object(object)
    }
}

func randomText(_ random: inout SeededGenerator) -> String {
    let pool: [Character] = ["a", "b", "\"", "\\", "/", "\n", "\t", "\0", "\u{1F}", "\u{7F}", "é", "e\u{301}", "\u{2028}", "😀", "漢", "\u{10FFFF}", "\u{FFFD}"]
    return String((0..<Int.random(in: 0..<40, using: &random)).map { _ in pool.randomElement(using: &random)! })
}
