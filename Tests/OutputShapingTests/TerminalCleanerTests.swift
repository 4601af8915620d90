import OutputShaping
import Testing

@Suite("Cleaning terminal output")
struct TerminalCleanerTests {
    static let cases: [(String, String)] = [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\u{1B}[1;31mred\u{1B}[0m", "red"),
        ("\u{1B}[?25l\u{1B}[2J\u{1B}[10;20Hmoved", "moved"),
        ("a\u{1B}]0;title\u{7}b", "ab"),
        ("a\u{1B}]52;c;c2VjcmV0\u{1B}\\b", "ab"),
        ("a\u{1B}]8;;https://example.com\u{1B}\\link\u{1B}]8;;\u{1B}\\b", "alinkb"),
        ("a\u{1B}P1$r0m\u{1B}\\b\u{1B}_apc\u{1B}\\c\u{1B}^pm\u{1B}\\d\u{1B}Xsos\u{1B}\\e", "abcde"),
        ("a\u{9D}0;title\u{9C}b\u{9B}31mc", "abc"),
        ("a\u{1B}(Bb\u{1B}=c\u{1B}7d\u{1B}cf", "abcdf"),
        ("a\u{1B}ktitle\u{1B}\\b", "ab"),
        ("lost\u{1B}]0;unfinished\nnext", "lost\nnext"),
        ("a\u{1B}[31\u{4}b", "ab"),
        ("a\u{1B}[31\nb", "a\nb"),
        ("a\u{1B}\u{1B}[0mb", "ab"),
        ("one\r\ntwo\r\r\nthree\r\n", "one\ntwo\nthree\n"),
        ("\r 10%\r 50%\r100%\n", " 10%\n 50%\n100%\n"),
        ("10%\r\u{1B}[K20%\r\u{1B}[K\n", "10%\n20%\n"),
        ("end\r", "end\n"),
        ("a\u{0}b\u{7}c\u{B}d\u{C}e\u{7F}f\u{85}g", "abcdefg"),
        ("man\u{8}n page", "mann page"),
        ("user\u{202E}gnp.exe", "user\\u{202E}gnp.exe"),
        ("a\u{200B}b\u{FEFF}c\u{2066}d\u{E0041}e\u{AD}f", "a\\u{200B}b\\u{FEFF}c\\u{2066}d\\u{E0041}e\\u{00AD}f"),
        ("naïve 日本語 ❤\u{FE0F} 🎉", "naïve 日本語 ❤\u{FE0F} 🎉"),
        ("", ""),
    ]

    @Test("A terminal's codes go, its text stays", arguments: cases)
    func known(input: String, expected: String) {
        #expect(text(TerminalCleaner.cleaned(bytes(input))) == expected)
    }

    static let broken: [([UInt8], String)] = [
        ([0x61, 0xFF, 0x62], "a\u{FFFD}b"),
        // The examples of Unicode 16, tables 3-8 to 3-11.
        ([0xC0, 0xAF, 0xE0, 0x80, 0xBF, 0xF0, 0x81, 0x82, 0x41], String(repeating: "\u{FFFD}", count: 8) + "A"),
        ([0xED, 0xA0, 0x80, 0xED, 0xBF, 0xBF, 0xED, 0xAF, 0x41], String(repeating: "\u{FFFD}", count: 8) + "A"),
        ([0xF4, 0x91, 0x92, 0x93, 0xFF, 0x41, 0x80, 0xBF, 0x42], String(repeating: "\u{FFFD}", count: 5) + "A\u{FFFD}\u{FFFD}B"),
        ([0xE1, 0x80, 0xE2, 0xF0, 0x91, 0x92, 0xF1, 0xBF, 0x41], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}A"),
        ([0x61, 0xE2, 0x82], "a\u{FFFD}"),
        ([0xE2, 0x1B, 0x5B, 0x6D, 0x82, 0xAC], "\u{FFFD}\u{FFFD}\u{FFFD}"),
        ([0x1B, 0x5D, 0xE2, 0xC2, 0x9C, 0x61], "a"),
    ]

    @Test("What is not UTF-8 becomes replacement characters", arguments: broken)
    func replaced(input: [UInt8], expected: String) {
        #expect(text(TerminalCleaner.cleaned(input)) == expected)
    }

    @Test("A cleaner that has finished is like new") func reuse() {
        var cleaner = TerminalCleaner()
        var output: [UInt8] = []
        cleaner.clean(bytes("a\u{1B}]never ended").span, into: &output)
        cleaner.finish(into: &output)
        cleaner.clean(bytes("b").span, into: &output)
        cleaner.finish(into: &output)
        #expect(text(output) == "ab")
    }

    /// Pieces that meet each other in every order, so that sequences are cut short, nested and interleaved.
    private static let pieces: [[UInt8]] = [
        [0x1B], [0x5B], [0x5D], [0x5C], [0x50], [0x6B], [0x07], [0x18], [0x1A], [0x0D], [0x0A], [0x09], [0x00], [0x08], [0x7F],
        [0x33], [0x3B], [0x6D], [0x20], [0x28], [0x41], bytes("text of a line, long enough for the fast scan "),
        [0xC2], [0x80], [0x9B], [0x9C], [0x9D], [0xE2], [0x80], [0xAE], [0x8B], [0xF0], [0x9F], [0x98], [0x80], [0xED], [0xA0],
        [0xF4], [0xFF], [0xE0], [0xC0], [0x85], bytes("é"), bytes("€"), bytes("🎉"), bytes("\u{202E}"), bytes("\u{9B}"), bytes("\u{9C}"),
        bytes("\u{1B}[0m"), bytes("\u{1B}]0;"), bytes("\r\n"),
    ]

    @Test("Any input in any chunks gives what the naive cleaner gives, and only plain text") func property() {
        var generator = Generator(seed: 21)
        for _ in 0..<2_500 {
            var input: [UInt8] = []
            for _ in 0..<generator.below(30) { input += Self.pieces[generator.below(Self.pieces.count)] }
            let expected = naivelyCleaned(input)
            #expect(TerminalCleaner.cleaned(input) == expected, "\(input)")

            var cleaner = TerminalCleaner()
            var output: [UInt8] = []
            var rest = input[...]
            while !rest.isEmpty {
                let chunk = Array(rest.prefix(1 + generator.below(9)))
                cleaner.clean(chunk.span, into: &output)
                rest = rest.dropFirst(chunk.count)
            }
            cleaner.finish(into: &output)
            #expect(output == expected, "\(input)")

            for scalar in text(output).unicodeScalars {
                #expect(scalar == "\n" || scalar == "\t" || scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
                #expect(!InvisibleCharacters.contains(scalar.value))
            }
        }
    }

    @Test("Cleaning plain text twice changes nothing") func idempotent() {
        var generator = Generator(seed: 22)
        for _ in 0..<500 {
            var input: [UInt8] = []
            for _ in 0..<generator.below(30) { input += Self.pieces[generator.below(Self.pieces.count)] }
            let once = TerminalCleaner.cleaned(input)
            #expect(TerminalCleaner.cleaned(once) == once)
        }
    }

    @Test("Every byte value at every place of an eight-byte word is judged alike") func everyLane() {
        for value in UInt8.min...UInt8.max {
            for lane in 0..<9 {
                var input = [UInt8](repeating: 0x61, count: 20)
                input[lane] = value
                #expect(TerminalCleaner.cleaned(input) == naivelyCleaned(input))
            }
        }
    }

    @Test("The table of invisible characters agrees with Unicode, and holds every bidirectional control and tag") func table() {
        let bidirectional: [UInt32] = [0x061C, 0x200E, 0x200F] + Array(0x202A...0x202E) + Array(0x2066...0x2069)
        for character in bidirectional + [0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0x2028, 0x2029] + Array(0xE0000...0xE007F) {
            #expect(InvisibleCharacters.contains(character))
        }
        let more: Set<UInt32> = [0x2028, 0x2029, 0xFFF9, 0xFFFA, 0xFFFB]
        let fewer: Set<UInt32> = [0xFE0E, 0xFE0F]
        // Planes 2 to 13 hold ideographs and unassigned values only, planes 15 and 16 are for private use.
        for value in Array(UInt32(0)...0x1_FFFF) + Array(0xE_0000...0xE_1FFF) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let expected = scalar.properties.isDefaultIgnorableCodePoint && !fewer.contains(value) || more.contains(value)
            if InvisibleCharacters.contains(value) != expected { Issue.record("U+\(String(value, radix: 16))") }
        }
        for character: UInt32 in [0x20, 0x41, 0xE9, 0x0900, 0x4E00, 0xFE0F, 0xFFFD, 0x1F600] {
            #expect(!InvisibleCharacters.contains(character))
        }
    }
}
