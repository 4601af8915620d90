import Testing
@testable import Redaction

@Suite("Streaming")
struct ChunkingTests {
    /// Texts of samples, ordinary lines and pieces of both, broken at random.
    private func text(_ make: inout Generator, pieces: Int) -> [UInt8] {
        var text: [UInt8] = []
        for _ in 0..<pieces {
            var piece = Array(
                make.next() % 2 == 0
                    ? Samples.all.randomElement(using: &make)!.text.utf8 : OrdinaryText.lines.randomElement(using: &make)!.utf8)
            if make.next() % 4 == 0 { piece = Array(piece.prefix(Int(make.next() % UInt64(piece.count + 1)))) }
            if make.next() % 4 == 0 { piece = Array(piece.suffix(Int(make.next() % UInt64(piece.count + 1)))) }
            text += piece
            text += [Array("\n".utf8), Array(" ".utf8), [], Array("=".utf8)].randomElement(using: &make)!
        }
        return text
    }

    @Test("Any chunking gives what the naive twin gives", arguments: 0..<40)
    func twin(seed: Int) {
        var make = Generator(state: UInt64(seed))
        let text = text(&make, pieces: 12)
        let expected = naiveRedact(text)
        #expect(Redactor.redact(text).text == expected)
        #expect(redact(text, chunks: { _ in 1 }).text == expected)
        #expect(redact(text, chunks: { _ in Int(make.next() % 40) }).text == expected)
    }

    @Test("Every level of the scanner finds the places and buckets that the plain loop finds", arguments: 0..<6)
    func levels(seed: Int) {
        var make = Generator(state: UInt64(seed) &+ 500)
        let filter = RedactionRules.standard.filter
        let anchors = RedactionRules.standard.rules.map(\.anchor)
        var text: [UInt8] = []
        while text.count < 1200 {
            let anchor = anchors.randomElement(using: &make)!
            switch make.next() % 3 {
            case 0: text += anchor
            case 1: text += anchor.prefix(3)
            default: text += (0..<make.next() % 40).map { _ in UInt8(truncatingIfNeeded: make.next()) }
            }
        }
        for count in [0, 1, 3, 4, 18, 19, 20, 34, 35, 36, 66, 67, 68, 99, 130, 131, text.count] {
            let part = Array(text.prefix(count))
            for level in 0...filter.bestLevel {
                var from = 0
                while let plain = filter.next(in: part, from: from, level: 0) {
                    let found = filter.next(in: part, from: from, level: level)
                    #expect(found?.place == plain.place && found?.buckets == plain.buckets && found?.four == plain.four)
                    from = plain.place + 1
                }
                #expect(filter.next(in: part, from: from, level: level) == nil)
            }
        }
    }

    @Test("Random bytes of the anchors' alphabet give what the naive twin gives", arguments: 0..<20)
    func noise(seed: Int) {
        var make = Generator(state: UInt64(seed) &+ 1000)
        let anchors = RedactionRules.standard.rules.map(\.anchor)
        var text: [UInt8] = []
        while text.count < 600 {
            switch make.next() % 3 {
            case 0: text += anchors.randomElement(using: &make)!
            case 1: text += make.text(.bearer, Int(make.next() % 50)).utf8
            default: text.append(Array("=:\"'\\ \n@-.<>,".utf8).randomElement(using: &make)!)
            }
        }
        let expected = naiveRedact(text)
        #expect(Redactor.redact(text).text == expected)
        #expect(redact(text, chunks: { _ in 1 }).text == expected)
        #expect(redact(text, chunks: { _ in Int(make.next() % 90) }).text == expected)
    }

    @Test("Each sample is found at every place around the border of a block", arguments: [0, 7, 19, 40])
    func blockBorder(shift: Int) {
        for sample in Samples.all where sample.text.utf8.count < 200 && sample.label != "password" {
            let lead = String(repeating: ". ", count: 40) + String(repeating: " ", count: shift) + "\n"
            let text = Array((lead + sample.text).utf8)
            for cut in stride(from: lead.utf8.count, to: text.count, by: 13) {
                #expect(redact(text, chunks: { $0 == 0 ? cut : text.count }).text == Array((lead + sample.expected).utf8))
            }
        }
    }

    @Test("A sample across internal blocks is found")
    func internalBlocks() {
        for shift in stride(from: 0, through: 60, by: 3) {
            let lead = String(repeating: "x ", count: (32_768 - 60) / 2) + String(repeating: " ", count: shift)
            let sample = Samples.others[0]
            #expect(redact(lead + sample.text) == lead + sample.expected)
        }
    }

    @Test("Ordinary text goes out at once, but for a piece of a word")
    func promptness() {
        var redactor = Redactor()
        var output: [UInt8] = []
        redactor.feed(Array("Continue? [y/N] ".utf8), into: &output)
        #expect(output.count >= 15)
        redactor.feed(Array("\nbuilding, please wait...\n".utf8), into: &output)
        #expect(output.last == UInt8(ascii: "\n"))
        redactor.feed(Array("12 files seen".utf8), into: &output)
        #expect(output.suffix(9) == Array("12 files ".utf8))
    }

    @Test("A secret without its end is not let out before the text ends")
    func heldBack() {
        for sample in Samples.all {
            var redactor = Redactor()
            var output: [UInt8] = []
            redactor.feed(Array((sample.before + sample.secret).utf8), into: &output)
            #expect(output.count <= sample.before.utf8.count + "[REDACTED:\(sample.label)]".utf8.count)
            #expect(!String(decoding: output.dropFirst(sample.before.utf8.count), as: UTF8.self).contains(sample.secret.suffix(6)))
        }
    }
}
