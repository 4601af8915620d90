import Foundation
import JSON
import Testing

@testable import CommandCalls
@testable import SessionTools

@Suite("Checkpoints in words")
struct CheckpointTextTests {
    @Test("A moment is written as Foundation writes it, over all years with four digits")
    func timestamps() {
        let format = DateFormatter()
        format.calendar = Calendar(identifier: .iso8601)
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'"
        // After the calendar's reform, before which Foundation counts other leap years.
        for seconds in stride(from: Int64(-12_000_000_000), to: 253_402_300_799, by: 86_399 * 373) {
            #expect(Timestamp.text(seconds) == format.string(from: Date(timeIntervalSince1970: TimeInterval(seconds))))
        }
        #expect(Timestamp.text(0) == "1970-01-01T00:00:00Z")
        #expect(Timestamp.text(951_782_400) == "2000-02-29T00:00:00Z")
        #expect(Timestamp.text(.max) == "9999-12-31T23:59:59Z")
        #expect(Timestamp.text(.min) == "0000-01-01T00:00:00Z")
    }

    @Test("A path is one visible line, whatever its bytes")
    func paths() {
        let shown = ShownPaths(texts: .shapesOnly)
        #expect(shown.text(Array("src/ä b".utf8)) == "src/ä b")
        #expect(shown.text(Array("a\nb\r\t\u{1B}[31m\u{202E}\u{7F}\u{85}".utf8))
            == "a\\u{000A}b\\u{000D}\\u{0009}\\u{001B}[31m\\u{202E}\\u{007F}\\u{0085}")
        #expect(shown.text([0x61, 0xFF, 0x62]) == "a\u{FFFD}b")
        let long = shown.text(Array(repeating: 0x78, count: 4_000))
        #expect(long.utf8.count < 400 && long.contains("elided"))
    }

    @Test("A list tells its number, and shows what has room")
    func lists() {
        let shown = ShownPaths(texts: .shapesOnly)
        let many = (0..<5_000).map { Array("f\($0)".utf8) }
        let list = shown.list(many).object
        #expect(list?["total"]?.int == 5_000)
        #expect(list?["paths"]?.array?.count == ShownPaths.mostEntries)
        let wide = shown.list(Array(repeating: Array(repeating: 0x78, count: 250), count: 100)).object?["paths"]?.array
        #expect(wide?.count == ShownPaths.room / 254)
        #expect(shown.list([]).object?["paths"]?.array?.isEmpty == true)
    }
}
