import Foundation
import SecretMemory
import Testing

@testable import SecretText

@Suite("printing") struct RoundTripTests {
    /// Values made of what is special somewhere.
    static func value(_ generator: inout Generator, textOnly: Bool) -> [UInt8] {
        let pieces = [
            "'", "\"", "`", "\\", "\n", "\r", "\r\n", "\t", " ", "#", " #", "$", "${A}", "=", ":", ": ", "%", "a", "Z9", "é", "😀",
            "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}", "\\n", "-", "{", "[", "true", "1", "null", "~", "|", ">", "!", "&", "\u{1}",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            if !textOnly, Int.random(in: 0..<6, using: &generator) == 0 {
                bytes.append(UInt8.random(in: 0x80...0xFF, using: &generator))
            } else {
                bytes += Array(pieces.randomElement(using: &generator)!.utf8)
            }
        }
        return bytes
    }

    static func print(_ format: TextFormat, _ pairs: [(String, [UInt8])]) throws -> [UInt8] {
        var printer = try SecretPrinter(format)
        for (key, value) in pairs { try printer.add(key, try secret(value)) }
        return bytes(try printer.finish())
    }

    @Test("what is printed is read back the same", arguments: [TextFormat.dotenv, .json, .yaml])
    func roundTrip(format: TextFormat) throws {
        var generator = Generator(state: 7)
        for _ in 0..<400 {
            let pairs = (0..<Int.random(in: 0..<4, using: &generator)).map {
                ("KEY_\($0)", Self.value(&generator, textOnly: format != .dotenv))
            }
            let text = try Self.print(format, pairs)
            let parsed: Read =
                switch format {
                case .json: Read(try FlatJSON.parse(try secret(text)))
                case .yaml: Read(try FlatYAML.parse(try secret(text)))
                default: Read(try Dotenv.parse(try secret(text)))
                }
            #expect(parsed.keys == pairs.map(\.0), "\(String(decoding: text, as: UTF8.self))")
            #expect(parsed.values == pairs.map(\.1), "\(String(decoding: text, as: UTF8.self))")
            #expect(parsed.issues == [])
        }
    }

    @Test("JSON is what another reader reads") func jsonTwin() throws {
        var generator = Generator(state: 11)
        for _ in 0..<100 {
            let pairs = (0..<3).map { ("KEY_\($0)", Self.value(&generator, textOnly: true)) }
            let read = try JSONDecoder().decode([String: String].self, from: Data(try Self.print(.json, pairs)))
            for (key, value) in pairs { #expect(Array(read[key]!.utf8) == value) }
        }
    }

    @Test("a real shell reads what is printed for it") func shellTwin() throws {
        var generator = Generator(state: 13)
        let pairs = (0..<60).map { ("KEY_\($0)", Self.value(&generator, textOnly: false)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let script = String(decoding: try Self.print(.shell, []), as: UTF8.self)
        #expect(script.isEmpty)
        let names = pairs.map(\.0).map { "printf '%s\\0' \"$\($0)\"" }.joined(separator: "\n")
        let input = Pipe()
        let output = Pipe()
        process.arguments = ["-s"]
        process.standardInput = input
        process.standardOutput = output
        process.environment = ["LC_ALL": "C"]
        try process.run()
        input.fileHandleForWriting.write(Data(try Self.print(.shell, pairs)) + Data(names.utf8))
        try input.fileHandleForWriting.close()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let values = answer.split(separator: 0, omittingEmptySubsequences: false).dropLast().map { [UInt8]($0) }
        #expect(values == pairs.map(\.1))
    }

    @Test("a format that cannot hold a value says so") func refusals() throws {
        for format in [TextFormat.dotenv, .shell] {
            #expect(throws: PrintError.nul) { try Self.print(format, [("A", [1, 0, 2])]) }
        }
        for format in [TextFormat.json, .yaml] {
            #expect(throws: PrintError.notUTF8) { try Self.print(format, [("A", [0xC0, 0x80])]) }
            #expect(throws: PrintError.notUTF8) { try Self.print(format, [("A", [0xED, 0xA0, 0x80])]) }
        }
        for format in TextFormat.allCases {
            #expect(throws: PrintError.badName) { try Self.print(format, [("A=B", [])]) }
        }
    }

    @Test("UTF-8 is judged as the standard library judges it") func utf8Twin() throws {
        var generator = Generator(state: 17)
        let lead: [UInt8] = [0x00, 0x41, 0x7F, 0x80, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0x9F, 0xA0, 0x8F, 0x90]
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0..<6, using: &generator)).map { _ in lead.randomElement(using: &generator)! }
            let value = try secret(text)
            let isText = value.withBytes { Bytes.isUTF8($0) }
            #expect(isText == (String(validating: text, as: UTF8.self) != nil))
        }
    }
}
