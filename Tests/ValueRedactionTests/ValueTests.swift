import Foundation
import SecretMemory
import Testing
import ValueRedaction

@Suite("Values that are taken", .serialized)
struct ValueTests {
    @Test("Values that ordinary text holds are refused unless they are marked", arguments: [
        ("hunter2", ValueRedactionError.weak(.short)), ("20261121", .weak(.digits)), ("aabbaabbaabb", .weak(.monotonous)),
        ("Password123", .weak(.common)), ("  localhost\n", .weak(.common)),
    ])
    func weak(value: String, error: ValueRedactionError) throws {
        let known = try KnownValues()
        #expect(throws: error) { try known.add("KEY", secret(Array(value.utf8))) }
        #expect(known.count == 0)
        try known.add("KEY", secret(Array(value.utf8)), allowingWeak: true)
        #expect(try redact("<\(value.trimmingCharacters(in: .whitespacesAndNewlines))>", known) == "<[REDACTED:KEY]>")
    }

    @Test("Too short, too long and unusable names are refused always")
    func refused() throws {
        let known = try KnownValues()
        #expect(throws: ValueRedactionError.tooShort) { try known.add("K", secret([1, 2, 3]), allowingWeak: true) }
        #expect(throws: ValueRedactionError.tooLong) {
            try known.add("K", secret([UInt8](repeating: 65, count: KnownValues.longestValue + 1)), allowingWeak: true)
        }
        for name in ["", "a]b", "a b", String(repeating: "a", count: 65)] {
            #expect(throws: ValueRedactionError.unusableName) { try known.add(name, secret(Array("long-enough-1".utf8))) }
        }
    }

    @Test("Values of bytes and of several lines are found")
    func unusual() throws {
        let binary: [UInt8] = [0x00, 0xFF, 0x1B, 0x5B, 0x31, 0x6D, 0x80, 0x0A, 0x20, 0x41, 0xC3, 0x28, 0x7F, 0x99, 0xAB, 0xCD, 0xEF, 0x01]
        let lines = "-----BEGIN THING-----\n  MIIabc+/def\n  ghi=\n-----END THING-----\n"
        let known = try KnownValues()
        try known.add("BINARY", secret(binary))
        try known.add("LINES", secret(Array(lines.utf8)))
        #expect(try redact(binary, known, pieces: [1]) == [0x00] + Array("[REDACTED:BINARY]".utf8) + [0x01])
        #expect(try redact(binary.map { String(format: "%02x", Int($0)) }.joined(), known) == "[REDACTED:BINARY]")
        #expect(try redact(Data(binary).base64EncodedString(), known).hasPrefix("[REDACTED:BINARY]"))
        #expect(try redact("<\(lines)>", known) == "<[REDACTED:LINES]\n>")
        #expect(try redact(lines.replacingOccurrences(of: "\n", with: "\\n"), known) == "[REDACTED:LINES]\\n")
        #expect(try redact(lines.replacingOccurrences(of: "\n", with: "\r\n\t"), known) == "[REDACTED:LINES]\r\n\t")
        #expect(try redact(Data(lines.utf8).base64EncodedString(options: .lineLength64Characters), known).count < 24)
    }

    @Test("Values take less locked memory than fifty of them may: four megabytes")
    func lockedMemory() throws {
        var numbers = Numbers(11)
        let before = SecretMemory.heldBytes
        let known = try known((0..<12).map { ("KEY_\($0)", randomValue(&numbers, count: 32...64)) })
        #expect(known.count == 12)
        #expect(SecretMemory.heldBytes - before < (4 << 20) * 12 / 50)
    }

    @Test("The same value under the same name is known, and its tables do not grow")
    func again() throws {
        let known = try known([("A", "first-value-42")])
        let held = SecretMemory.heldBytes
        for _ in 0..<100 { try known.add("A", secret(Array("  first-value-42\n".utf8))) }
        #expect(known.count == 1 && SecretMemory.heldBytes == held)
        #expect(known.contains("A", try secret(Array("first-value-42".utf8))))
        #expect(!known.contains("B", try secret(Array("first-value-42".utf8))))
        #expect(!known.contains("A", try secret(Array("first-value-43".utf8))))
        try known.add("B", secret(Array("first-value-42".utf8)))
        #expect(known.count == 2)
    }

    @Test("Hundreds of values that are added one by one are all found", .timeLimit(.minutes(10)))
    func hundreds() throws {
        var numbers = Numbers(17)
        let known = try KnownValues()
        var values: [String] = []
        for number in 0..<120 {
            let value = randomValue(&numbers, count: 16...40)
            try known.add("K\(number)", secret(Array(value.utf8)))
            values.append(value)
        }
        for (number, value) in values.enumerated() {
            for encoding in [Encoding.plain, .base64After1, .hexColons, .json, .percentAll] {
                let text = encoding.write(value, &numbers)
                let shown = String(decoding: try redact(text, known), as: UTF8.self)
                #expect(shown.contains("[REDACTED:K\(number)]") && shown.utf8.count < 24, "\(encoding) of \(value)")
            }
        }
    }

    @Test("No usual encoding is longer than the longest spelling", arguments: Encoding.allCases.filter { $0 != .titles })
    func longestSpelling(_ encoding: Encoding) throws {
        var numbers = Numbers(23)
        #expect(try KnownValues().longestSpelling == 0)
        for _ in 0..<2 {
            let value = randomValue(&numbers, count: 16...64)
            let known = try known([("KEY", value)])
            #expect(encoding.write(value, &numbers).count <= known.longestSpelling)
        }
    }

    @Test("Nothing of a value is in ordinary memory")
    func noCopies() throws {
        let known = try KnownValues()
        // Made in secret memory from numbers, so that this test has no copy of its own.
        var numbers = Numbers(99)
        let value = try SecretBytes(count: 24) { span in
            for index in 0..<24 { span.storeBytes(of: UInt8(97 + numbers.next() % 26), toByteOffset: index, as: UInt8.self) }
        }
        try known.add("KEY", value)
        var redactor = try ValueRedactor(known)
        var out: [UInt8] = []
        out.reserveCapacity(4096)
        // Noise whose percent codes and escapes wake the lanes.
        redactor.feed(Array("%41 \\u0042 &#67; \u{1B}[1m some text".utf8), into: &out)
        redactor.finish(into: &out)
        #expect(try Self.copies(of: value) == 0)
        // The search would find one.
        var copy = value.withBytes { bytes in (0..<24).map { bytes.byte(at: $0) } }
        #expect(try Self.copies(of: value) > 0)
        copy.withUnsafeMutableBytes { SecretMemory.wipe($0) }
    }

    /// How many places of writable memory outside of secret memory hold the first half of the value or its reverse.
    private static func copies(of value: borrowing SecretBytes) throws -> Int {
        let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        let file = try #require(FileHandle(forReadingAtPath: "/proc/self/mem"))
        var found = 0
        // Read into secret memory, so that what is read is not found again.
        let page = 1 << 20
        var buffer = try SecretBuffer(capacity: page + 64)
        for line in maps.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields[1].hasPrefix("rw"), !line.contains("[v") else { continue }
            let ends = fields[0].split(separator: "-").map { UInt($0, radix: 16)! }
            if SecretMemory.owns(address: ends[0]) { continue }
            var place = ends[0]
            while place < ends[1] {
                let wanted = min(page, Int(ends[1] - place))
                var got = 0
                buffer.removeLast(buffer.count)
                _ = try buffer.appendDirectly(space: wanted) { space in
                    got = max(0, pread(file.fileDescriptor, space.baseAddress!, wanted, off_t(place)))
                    return got
                }
                found += value.withBytes { value in
                    buffer.withBytes { bytes in
                        bytes.withUnsafeBytes { hay in
                            value.withUnsafeBytes { needle in
                                var count = 0
                                var start = hay.baseAddress!
                                let last = start + hay.count - 12
                                while start < last, let hit = memchr(start, Int32(needle[0]), last - start) {
                                    if memcmp(hit, needle.baseAddress!, 12) == 0 { count += 1 }
                                    start = UnsafeRawPointer(hit + 1)
                                }
                                return count
                            }
                        }
                    }
                }
                if got < wanted { break }
                place += UInt(wanted)
            }
        }
        return found
    }
}
