import Foundation
import SecretMemory

@testable import SecretText

/// One deterministic generator for every run (SplitMix64).
struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

func secret(_ bytes: [UInt8]) throws -> SecretBytes {
    var buffer = try SecretBuffer()
    for byte in bytes { try buffer.append(byte) }
    return try buffer.take()
}

func secret(_ text: String) throws -> SecretBytes { try secret(Array(text.utf8)) }

func bytes(_ secret: borrowing SecretBytes) -> [UInt8] {
    secret.withBytes { view in (0..<view.byteCount).map { view.byte(at: $0) } }
}

/// What a parser gave, in ordinary values.
struct Read: Equatable {
    var keys: [String] = []
    var values: [[UInt8]] = []
    var kinds: [ValueKind] = []
    var issues: [TextIssue] = []

    var map: [String: String] {
        Dictionary(uniqueKeysWithValues: zip(keys, values.map { String(decoding: $0, as: UTF8.self) }))
    }
    var issueLines: [Int] { issues.map(\.line) }

    init(_ parsed: borrowing ParsedText) {
        keys = parsed.entries.entries.map(\.key)
        kinds = parsed.entries.entries.map(\.kind)
        for index in keys.indices {
            parsed.entries.withValue(index) { view in
                values.append((0..<view.byteCount).map { view.byte(at: $0) })
            }
        }
        issues = parsed.issues
    }
}

func dotenv(_ text: String) throws -> Read { Read(try Dotenv.parse(try secret(text))) }
func json(_ text: String) throws -> Read { Read(try FlatJSON.parse(try secret(text))) }
func yaml(_ text: String) throws -> Read { Read(try FlatYAML.parse(try secret(text))) }
