import Foundation
import PrivateFiles
import SecretMemory
import Testing
@testable import Vault
@testable import VaultCrypto
import VaultStore

/// What is looked for. It lies in secret memory itself, so that the search does not find its own question.
private struct Needle: ~Copyable {
    let name: String
    let bytes: SecretBytes

    init(_ name: String, _ source: borrowing SecretBytes, _ encode: (UInt8, inout SecretBuffer) throws -> Void) throws {
        self.name = name
        var buffer = try SecretBuffer(capacity: source.count * 4)
        for index in 0..<source.count {
            try encode(source.withBytes { $0.byte(at: index) }, &buffer)
        }
        bytes = try buffer.take()
    }
}

/// The needles of one secret: plain (its halves, too), hexadecimal, UTF-16 and base64.
private final class Needles {
    var all: [Box] = []
    final class Box {
        let needle: Needle
        init(_ needle: consuming Needle) { self.needle = needle }
    }

    private static let digits = Array("0123456789abcdef".utf8)
    private static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    func add(_ name: String, _ secret: borrowing SecretBytes) throws {
        all.append(Box(try Needle("\(name), plain", secret) { try $1.append($0) }))
        for half in 0..<2 where secret.count >= 32 {
            var index = 0
            let range = half == 0 ? 0..<(secret.count / 2) : (secret.count / 2)..<secret.count
            all.append(Box(try Needle("\(name), half", secret) {
                if range.contains(index) { try $1.append($0) }
                index += 1
            }))
        }
        all.append(Box(try Needle("\(name), hexadecimal", secret) {
            try $1.append(Self.digits[Int($0 >> 4)])
            try $1.append(Self.digits[Int($0 & 15)])
        }))
        all.append(Box(try Needle("\(name), UTF-16", secret) {
            try $1.append($0)
            try $1.append(0)
        }))
        // The whole groups of three bytes, as they stand when the text begins with the secret.
        var group = 0, held = 0
        all.append(Box(try Needle("\(name), base64", secret) {
            group = group << 8 | Int($0)
            held += 1
            guard held == 3 else { return }
            for shift in [18, 12, 6, 0] { try $1.append(Self.base64[group >> shift & 63]) }
            (group, held) = (0, 0)
        }))
    }

    /// The names of the needles found outside of secret memory, and how many bytes were looked at.
    func search() throws -> (found: Set<String>, bytes: Int) {
        let memory = open("/proc/self/mem", O_RDONLY)
        try #require(memory >= 0)
        defer { close(memory) }
        var found: Set<String> = []
        var seen = 0
        let size = 4 << 20
        let room = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
        defer {
            memset(room, 0, size)
            room.deallocate()
        }
        for line in try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words[1].hasPrefix("rw"), let bounds = Self.bounds(words[0]) else { continue }
            if SecretMemory.owns(address: bounds.lowerBound) || line.contains("secretmem") { continue }
            var at = bounds.lowerBound
            while at < bounds.upperBound {
                let count = pread(memory, room, min(size, Int(bounds.upperBound - at)), off_t(at))
                guard count > 0 else { break }
                seen += count
                for box in all {
                    let isThere = box.needle.bytes.withBytes { bytes in
                        bytes.withUnsafeBytes { Self.contains(room, count, $0) }
                    }
                    if isThere { found.insert(box.needle.name) }
                }
                // A needle may lie across two pieces.
                at += UInt(count == size ? count - 16_384 : count)
            }
        }
        return (found, seen)
    }

    private static func contains(
        _ text: UnsafeMutableRawPointer, _ count: Int, _ needle: UnsafeRawBufferPointer
    ) -> Bool {
        var at = 0
        while count - at >= needle.count, let next = memchr(text + at, Int32(needle[0]), count - at - needle.count + 1) {
            if memcmp(next, needle.baseAddress!, needle.count) == 0 { return true }
            at = next - text + 1
        }
        return false
    }

    private static func bounds(_ text: Substring) -> Range<UInt>? {
        let ends = text.split(separator: "-").compactMap { UInt($0, radix: 16) }
        return ends.count == 2 ? ends[0]..<ends[1] : nil
    }
}

extension AllOfTheVault {
    /// The same search over the program as it is shipped, at every stop of it: Tests/Vault/test_memory.py, which needs root.
    @Suite("The memory of this process") struct MemoryTests {
        private func random(_ count: Int) throws -> SecretBytes { try Primitives.randomSecret(count: count) }

        @Test("After a session of work no password, value or key lies outside of secret memory")
        func session() throws {
            let scratch = try Scratch()
            let needles = Needles()
            let password = try random(40)
            let second = try random(40)
            let value = try random(48)
            let imported = try random(64)
            try needles.add("first password", password)
            try needles.add("second password", second)
            try needles.add("value", value)
            try needles.add("imported value", imported)
            let vault = try LockedVault.create(
                in: try scratch.path(), password: password, try cheap(), try PrivateKey.generate(bits: 2048))
            try needles.add("private key", vault.privateKey.get().key.der)
            let project = try vault.project()
            let place = SecretPlace(project: project, environment: "dev", key: "A")
            for _ in 0..<3 { _ = try vault.set(place, value) }
            try vault.importing(project: project, environment: "prod", orElse: { $0 as any Error }) { (set) throws(any Error) in
                for index in 0..<20 { try set("KEY_\(index)", imported, nil) }
            }
            let session = try vault.locked.sessionKey(password: password)
            try needles.add("master key", session)
            let again = try vault.locked.unlock(sessionKey: try session.duplicate())
            let receipt = try again.record(.reveal, [place])
            #expect(try again.open(place, receipt).isEqual(inConstantTimeTo: value))
            try again.rekey(project: project)
            try again.rename(place, to: "B")
            let code = try again.createRecoveryCode(try cheap())
            try needles.add("recovery code", code)
            _ = try again.locked.unlock(recoveryCode: code)
            try again.changePassword(second, try cheap())
            #expect(throws: VaultError.authenticationFailed) { _ = try again.locked.unlock(password: password) }
            let report = try again.locked.unlock(password: second).check()
            #expect(report.isSound)
            let (found, bytes) = try needles.search()
            #expect(found.isEmpty)
            #expect(bytes > 1_000_000)
        }

        @Test("The search finds a copy in each form")
        func planted() throws {
            let needles = Needles()
            let value = try random(48)
            try needles.add("value", value)
            let before = try needles.search().found
            #expect(before.isEmpty)
            let copy = value.withBytes { span in span.byteOffsets.map { span.byte(at: $0) } }
            let forms: [[UInt8]] = [
                copy, copy.flatMap { Array(String(format: "%02x", $0).utf8) }, copy.flatMap { [$0, 0] },
                Array(Data(copy).base64EncodedString().utf8),
            ]
            let found = try needles.search().found
            #expect(found == ["value, plain", "value, half", "value, hexadecimal", "value, UTF-16", "value, base64"])
            #expect(forms.map(\.count) == [48, 96, 96, 64])
        }
    }
}
