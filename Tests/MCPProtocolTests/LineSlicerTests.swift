import JSON
import MCPProtocol
import Testing

@Suite("Line slicer")
struct LineSlicerTests {
    func texts(_ lines: [LineSlicer.Line]) -> [String] {
        lines.map { line in
            switch line {
            case .message(let bytes): String(decoding: bytes, as: UTF8.self)
            case .overlong: "OVERLONG"
            }
        }
    }

    @Test("Lines end with LF or CRLF, blank ones are left out, the last may lack its end")
    func endings() {
        var slicer = LineSlicer()
        #expect(texts(slicer.feed(Array("a\r\n\n  \t\r\n\r\n b \nc\rd\n{".utf8))) == ["a", " b ", "c\rd"])
        #expect(texts(slicer.feed(Array("}".utf8))) == [])
        #expect(texts([slicer.finish()].compactMap { $0 }) == ["{}"])
        #expect(slicer.finish() == nil)
        #expect(texts(slicer.feed(Array("x\n".utf8))) == ["x"])
    }

    @Test("The limit is exact and does not count the ending")
    func limit() {
        var slicer = LineSlicer(limit: 4)
        #expect(texts(slicer.feed(Array("1234\n1234\r\n12345\n123456\r\nab\n".utf8))) == ["1234", "1234", "OVERLONG", "OVERLONG", "ab"])
    }

    @Test("Pieces of any size give the same lines as a plain split")
    func pieces() {
        var random = SeededGenerator(seed: 11)
        let pool = Array("abc{}\"\\ \r\n\n".utf8)
        for _ in 0..<300 {
            let input = (0..<Int.random(in: 0..<200, using: &random)).map { _ in pool.randomElement(using: &random)! }
            let limit = Int.random(in: 1...20, using: &random)
            var slicer = LineSlicer(limit: limit)
            var lines: [LineSlicer.Line] = []
            var rest = input[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...min(rest.count, 30), using: &random)
                lines += slicer.feed(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            lines += [slicer.finish()].compactMap { $0 }

            let expected = input.split(separator: 0x0A, omittingEmptySubsequences: false).compactMap { piece -> String? in
                let line = piece.last == 0x0D ? piece.dropLast() : piece
                if line.count > limit { return "OVERLONG" }
                return line.allSatisfy { [0x20, 0x0D, 0x09].contains($0) } ? nil : String(decoding: line, as: UTF8.self)
            }
            #expect(texts(lines) == expected)
        }
    }

    @Test("A line that is too long is refused with its id wherever that stands, and the next one is served", arguments: [
        ("{\"jsonrpc\":\"2.0\",\"id\":\"a\\\"b\",\"method\":\"m\",\"params\":{\"x\":\"PAD\"}}", JSONValue.string("a\"b")),
        ("{\"method\":\"m\",\"params\":{\"id\":1,\"x\":[\"PAD\",{\"id\":2}],\"y\":\"\\\"id\\\":3}\"},\"id\": 77 }", 77),
        ("{\"method\":\"m\",\"params\":{\"x\":\"PAD\"},\"id\":1.5}", .null),
        ("{\"params\":{\"x\":\"PAD\",\"id\":1}}", .null),
        ("\"PAD\"", .null),
    ])
    func overlong(line: String, id: JSONValue) {
        for pieceSize in [1, 7, 4096] {
            let client = Client()
            var slicer = LineSlicer(limit: 1000)
            let padded = line.replacing("PAD", with: String(repeating: "p", count: 5000)) + "\n{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"ping\"}\n"
            var answers: [JSONValue] = []
            var rest = Array(padded.utf8)[...]
            while !rest.isEmpty {
                for line in slicer.feed(rest.prefix(pieceSize)) { answers += client.take(client.connection.receive(line)) }
                rest = rest.dropFirst(pieceSize)
            }
            #expect(answers.count == 2)
            #expect(answers.first?["error"]?["code"] == -32600)
            #expect(answers.first?["id"] ?? .null == id)
            #expect(answers.last?["id"] == 5)
        }
    }

    @Test("Pipelined requests that straddle reads of 8 KiB are all answered, in order")
    func pipelined() {
        let client = Client()
        var slicer = LineSlicer()
        let stream = (0..<2000).map { "{\"jsonrpc\":\"2.0\",\"id\":\($0),\"method\":\"ping\"}\n" }.joined()
        var rest = Array(stream.utf8)[...]
        while !rest.isEmpty {
            for line in slicer.feed(rest.prefix(8192)) { client.take(client.connection.receive(line)) }
            rest = rest.dropFirst(8192)
        }
        #expect(client.sent.map { $0["id"]?.int } == Array(0..<2000))
    }

    @Test("A notification that is too long is dropped without a word")
    func overlongNotification() {
        let client = Client()
        var slicer = LineSlicer(limit: 100)
        let line = "{\"method\":\"m\",\"params\":{\"id\":1,\"x\":\"\(String(repeating: "p", count: 500))\"}}\n"
        let lines = slicer.feed(Array(line.utf8))
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { client.connection.receive($0).isEmpty })
    }

    @Test("A message that breaks a limit of the parser is refused with its id")
    func parserLimits() {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        let long = String(repeating: "9", count: 100_000)
        let keys = "{" + (0..<200_000).map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        for value in [deep, long, keys] {
            let client = Client()
            let answers = client.send(text: "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"params\":{\"x\":\(value)},\"id\":9}")
            #expect(code(answers) == -32600)
            #expect(answers[0]["id"] == 9)
            #expect(client.send(text: "{\"jsonrpc\":\"2.0\",\"method\":\"n\",\"params\":{\"x\":\(value)}}").isEmpty)
        }
    }
}
