import Foundation

/// The symbols of one ELF object file, read without any tool: what it defines for others and what it needs.
struct ObjectFile {
    let path: String
    var undefined: Set<String> = []
    var defined: Set<String> = []

    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        let what: String
        var description: String { "\(path): \(what)" }
    }

    /// A 64-bit little-endian relocatable object; anything else is an error, never an empty answer.
    init(path: String, bytes: [UInt8]) throws {
        self.path = path
        func fail(_ what: String) -> Unreadable { Unreadable(path: path, what: what) }
        func number(_ offset: Int, _ width: Int) throws -> Int {
            guard offset >= 0, offset + width <= bytes.count else { throw fail("ends early") }
            return (0..<width).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
        }
        guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { throw fail("is no 64-bit little-endian ELF object") }
        let sections = try number(0x28, 8)
        let size = try number(0x3A, 2)
        var count = try number(0x3C, 2)
        if count == 0 { count = try number(sections + 0x20, 8) }
        var tables = 0
        for index in 0..<count {
            let header = sections + index * size
            guard try number(header + 4, 4) == 2 else { continue }  // SHT_SYMTAB
            tables += 1
            let start = try number(header + 0x18, 8)
            let length = try number(header + 0x20, 8)
            let names = try number(sections + number(header + 0x28, 4) * size + 0x18, 8)
            for symbol in stride(from: start + 24, to: start + length, by: 24) {
                let binding = try number(symbol + 4, 1) >> 4
                guard binding == 1 || binding == 2 else { continue }  // global or weak
                let first = try names + number(symbol, 4)
                guard first < bytes.count, let end = bytes[first...].firstIndex(of: 0) else { throw fail("a name does not end") }
                let name = String(decoding: bytes[first..<end], as: UTF8.self)
                if try number(symbol + 6, 2) == 0 { undefined.insert(name) } else { defined.insert(name) }
            }
        }
        guard tables == 1 else { throw fail("has \(tables) symbol tables") }
    }

    init(reading path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Unreadable(path: path, what: "cannot be read")
        }
        try self.init(path: path, bytes: [UInt8](data))
    }
}
