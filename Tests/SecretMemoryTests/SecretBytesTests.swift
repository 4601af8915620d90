import Foundation
import SecretMemory
import Testing

/// Secret memory is one allocator of one process: its tests stand in line.
@Suite("Secret memory", .serialized)
struct SecretBytesTests {
    static func secret(_ text: String) throws -> SecretBytes {
        var buffer = try SecretBuffer()
        for byte in text.utf8 { try buffer.append(byte) }
        return try buffer.take()
    }

    static func bytes(_ secret: borrowing SecretBytes) -> [UInt8] {
        secret.withBytes { span in (0..<span.byteCount).map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) } }
    }

    @Test("What was written is seen, and nothing else")
    func contents() throws {
        let secret = try Self.secret("correct horse")
        #expect(secret.count == 13)
        #expect(Self.bytes(secret) == Array("correct horse".utf8))
        let copy = try secret.duplicate()
        let shorter = try Self.secret("correct hors")
        let other = try Self.secret("correct horsf")
        let verdicts = [
            copy.isEqual(inConstantTimeTo: secret), shorter.isEqual(inConstantTimeTo: secret),
            other.isEqual(inConstantTimeTo: secret),
        ]
        #expect(verdicts == [true, false, false])
        let empty = try Self.secret("")
        #expect(empty.count == 0 && Self.bytes(empty).isEmpty)
    }

    @Test("A secret lies in protected pages, and is wiped when it goes")
    func wiped() throws {
        func address(_ secret: borrowing SecretBytes) -> UInt {
            secret.withBytes { span in span.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
        }
        var place: UInt = 0
        do {
            let secret = try Self.secret("battery staple battery staple")
            place = address(secret)
            #expect(SecretMemory.owns(address: place))
        }
        let page = try #require(UnsafeRawPointer(bitPattern: place))
        #expect((0..<29).allSatisfy { page.load(fromByteOffset: $0, as: UInt8.self) == 0 })
    }

    @Test("The pages are locked and left out of dumps and children")
    func protection() throws {
        let secret = try Self.secret("x")
        let place = secret.withBytes { span in span.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
        let file = try #require(FileHandle(forReadingAtPath: "/proc/self/smaps"))
        let maps = String(decoding: try #require(try file.readToEnd()), as: UTF8.self)
        var flags: String?
        var inside = false
        for line in maps.split(separator: "\n") {
            if let range = line.split(separator: " ").first?.split(separator: "-"), range.count == 2,
                let low = UInt(range[0], radix: 16), let high = UInt(range[1], radix: 16)
            {
                inside = low <= place && place < high
            } else if inside, line.hasPrefix("VmFlags:") {
                flags = String(line)
            }
        }
        let found = try #require(flags).split(separator: " ")
        #expect(found.contains("dc"), "not copied by fork")
        #expect(found.contains("lo"), "locked")
        #expect(found.contains("dd"), "not dumped")
        #expect(SecretMemory.protection != nil)
    }

    @Test("Random work: contents survive growth, reuse and freeing", arguments: 0..<20)
    func randomWork(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        for _ in 0..<12 {
            var expected: [UInt8] = []
            var buffer = try SecretBuffer(capacity: 1 + next(100))
            for _ in 0..<next(30) {
                switch next(4) {
                case 0:
                    let byte = UInt8(next(256))
                    try buffer.append(byte)
                    expected.append(byte)
                case 1:
                    let removed = next(20)
                    buffer.removeLast(removed)
                    expected.removeLast(min(removed, expected.count))
                case 2:
                    let piece = (0..<next(3000)).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                    try buffer.append(piece.span.bytes)
                    expected += piece
                default:
                    let wrote = try buffer.appendDirectly(space: 64) { (free: UnsafeMutableRawBufferPointer) throws(CancellationError) in
                        free[0] = 42
                        return 1
                    }
                    #expect(wrote == 1)
                    expected.append(42)
                }
            }
            let secret = try buffer.take()
            #expect(Self.bytes(secret) == expected)
        }
    }

    @Test("Too much is refused with the reason")
    func tooLarge() {
        #expect(throws: SecretMemoryError.tooLarge(count: SecretMemory.mostBytes + 1)) {
            _ = try SecretBuffer(capacity: SecretMemory.mostBytes + 1)
        }
    }
}
