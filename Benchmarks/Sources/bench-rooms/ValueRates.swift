import Foundation
import SecretMemory
import ValueRedaction

/// Fifty made-up values, and how fast a text goes past them.
struct ValueRates {
    private let known: KnownValues

    /// Without values: what the streams of a session cost before it has secrets.
    init() throws { known = try KnownValues() }

    /// Writes the values to a file, a line each, for another program that looks for the same.
    init(writingTo path: String) throws {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
        var state: UInt64 = 42
        func next() -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state >> 33)
        }
        func secret(_ value: [UInt8]) throws -> SecretBytes {
            try SecretBytes(count: value.count) { span in
                for index in value.indices { span.storeBytes(of: value[index], toByteOffset: index, as: UInt8.self) }
            }
        }
        known = try KnownValues()
        var lines = ""
        for number in 0..<50 {
            let value = (0..<24 + next() % 24).map { _ in letters[next() % 64] }
            lines += String(decoding: value, as: UTF8.self) + "\n"
            try known.add("KEY_\(number)", secret(value))
        }
        try lines.write(toFile: path, atomically: true, encoding: .utf8)
        print("50 values: \(SecretMemory.heldBytes >> 10) KiB of locked memory")
        let many = try KnownValues()
        do {
            for number in 0..<500 {
                let value = (0..<36).map { _ in letters[next() % 64] }
                let bytes = try secret(value)
                let began = processorSeconds()
                try many.add("KEY", bytes)
                let added = processorSeconds() - began
                for _ in 0..<100 { try many.add("KEY", bytes) }
                let again = (processorSeconds() - began - added) / 100
                if [0, 12, 49, 50, 200, 499].contains(number) {
                    print("value \(number + 1) added in \(Int(added * 1e6)) µs, again in \(Int(again * 1e6)) µs; "
                        + "\(SecretMemory.heldBytes >> 10) KiB")
                }
            }
        } catch {
            print("after \(many.count) values: \(error)")
        }
    }

    func measure(_ path: String) throws {
        let text = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var redactions = 0
        var out: [UInt8] = []
        let known = known
        let seconds = best(of: 5) {
            guard var redactor = try? ValueRedactor(known) else { return }
            for start in stride(from: 0, to: text.count, by: 65_536) {
                out.removeAll(keepingCapacity: true)
                redactor.feed(text[start..<min(start + 65_536, text.count)], into: &out)
            }
            out.removeAll(keepingCapacity: true)
            redactor.finish(into: &out)
            redactions = redactor.redactions
        }
        print("\(path): \(Int(Double(text.count) / seconds / 1e6)) MB/s, \(redactions) redactions")
    }
}
