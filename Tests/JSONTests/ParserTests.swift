import JSON
import Testing

@Suite("JSON parser")
struct ParserTests {
    @Test("Every kind of value is read")
    func values() throws {
        let value = try JSONParser.parse(" {\"a\" : [1, -2.5e+3,true,false,null,\"x\"], \"b\":{} ,\"c\":[]}\r\n\t")
        #expect(value == ["a": [1, -2500, true, false, nil, "x"], "b": [:], "c": []])
        #expect(value["a"]?[1]?.int == -2500)
        #expect(value["a"]?[6] == nil)
        #expect(value["b"]?.object?.isEmpty == true)
        #expect(try JSONParser.parse("0") == 0)
        #expect(try JSONParser.parse("\"\"") == "")
    }

    @Test("Escapes are read", arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\u6F22\u0000""#, "Aé漢\0"),
        (#""\ud83d\uDE00x""#, "😀x"),
        (#""é\u0301 raw 漢""#, "é\u{301} raw 漢"),
        (#""a long plain run in front of the escape, more than thirty-two bytes é\n and behind it as well é""#,
         "a long plain run in front of the escape, more than thirty-two bytes é\n and behind it as well é"),
    ])
    func escapes(source: String, expected: String) throws {
        #expect(try JSONParser.parse(source).string.map { Array($0.utf8) } == Array(expected.utf8))
    }

    @Test("What is not JSON is refused with its kind", arguments: [
        ("", JSONError.Kind.unexpectedEnd), ("  ", .unexpectedEnd), ("{", .unexpectedEnd), ("[1,", .unexpectedEnd),
        ("\"abc", .unexpectedEnd), ("\"\\", .unexpectedEnd), ("\"\\u12", .unexpectedEnd), ("tru", .unexpectedEnd),
        ("[1,]", .unexpectedByte(0x5D)), ("{\"a\":1,}", .unexpectedByte(0x7D)), ("{a:1}", .unexpectedByte(0x61)),
        ("{\"a\" 1}", .unexpectedByte(0x31)), ("[1 2]", .unexpectedByte(0x32)), ("NaN", .unexpectedByte(0x4E)),
        ("nuLl", .unexpectedByte(0x4C)), ("+1", .unexpectedByte(0x2B)), (".5", .unexpectedByte(0x2E)),
        ("'a'", .unexpectedByte(0x27)), ("\u{FEFF}1", .unexpectedByte(0xEF)), ("1 1", .trailingBytes),
        ("{}x", .trailingBytes), ("1\0", .trailingBytes), ("01", .invalidNumber), ("-", .unexpectedEnd),
        ("-x", .invalidNumber), ("1.", .unexpectedEnd), ("1.e1", .invalidNumber), ("1e", .unexpectedEnd),
        ("1e+]", .invalidNumber), ("-01", .invalidNumber), ("\"\\x\"", .invalidEscape), ("\"\\u00G0\"", .invalidEscape),
        ("\"a\nb\"", .controlCharacter(0x0A)), ("\"\0\"", .controlCharacter(0)), ("// c\n1", .unexpectedByte(0x2F)),
        ("{\"a\":1,\"a\":2}", .duplicateKey), (#""\ud800""#, .loneSurrogate), (#""\udc00""#, .loneSurrogate),
        (#""\ud800\u0041""#, .loneSurrogate), (#""\ud800\ud800""#, .loneSurrogate), (#""\ud800\u00""#, .invalidEscape),
    ])
    func refused(source: String, expected: JSONError.Kind) {
        #expect(kind(of: source) == expected)
    }

    @Test("Invalid UTF-8 is refused wherever it stands", arguments: [
        [0x80], [0xC3], [0xC0, 0xAF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
    ] as [[UInt8]])
    func invalidUTF8(bad: [UInt8]) {
        let plain = Array("\"ab".utf8) + bad + Array("\"".utf8)
        #expect(kind(of: plain) == .invalidUTF8)
        // An escape after the cut sequence cannot complete it.
        #expect(kind(of: Array("\"a\\n".utf8) + bad + Array("\\u00a9\"".utf8)) == .invalidUTF8)
        #expect(kind(of: Array("\"".utf8) + bad + Array("\\u00a9 and a long run of other characters\"".utf8)) == .invalidUTF8)
        #expect(kind(of: Array("{\"".utf8) + bad + Array("\":1}".utf8)) == .invalidUTF8)
        #expect(kind(of: bad) != nil)
    }

    @Test("The offset is that of the bad byte")
    func offsets() throws {
        #expect(offset(of: "[1, x]") == 4)
        #expect(offset(of: "{\"a\":1,\"a\":2}") == 7)
        #expect(offset(of: "[\"abc\\q\"]") == 5)
        #expect(offset(of: "[1") == 2)
        let bytes = Array("zz[1,\"a".utf8) + [0xFF] + Array("\"]".utf8)
        let error = #expect(throws: JSONError.self) { try JSONParser.parse(bytes[2...]) }
        #expect(error == JSONError(.invalidUTF8, at: 5))
        #expect(error?.description == "invalid UTF-8 at byte 5")
    }

    @Test("Repeated keys and lone surrogates follow the options")
    func options() throws {
        let lenient = JSONLimits(duplicateKeys: .lastWins, loneSurrogates: .replaced)
        let value = try JSONParser.parse(#"{"a":1,"b":2,"a":3}"#, limits: lenient)
        #expect(text(value) == #"{"a":3,"b":2}"#)
        #expect(try JSONParser.parse(#""x\ud800y""#, limits: lenient) == "x\u{FFFD}y")
        #expect(try JSONParser.parse(#""\ud800\u0041""#, limits: lenient) == "\u{FFFD}A")
        #expect(try JSONParser.parse(#""\ud800\ud83d\ude00""#, limits: lenient) == "\u{FFFD}😀")
        #expect(try JSONParser.parse(#""\ude00\ud83d""#, limits: lenient) == "\u{FFFD}\u{FFFD}")
        // Equivalent for Unicode, but not the same key.
        #expect(try JSONParser.parse("{\"\u{E9}\":1,\"e\u{301}\":2}").object?.count == 2)
    }

    @Test("Every limit holds exactly")
    func limits() {
        func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(kind(of: nested(128)) == nil)
        #expect(kind(of: nested(129)) == .tooDeep)
        #expect(kind(of: String(repeating: "{\"a\":", count: 100_000)) == .tooDeep)
        #expect(kind(of: "[1,2,3]", limits: JSONLimits(values: 4)) == nil)
        #expect(kind(of: "[1,2,3]", limits: JSONLimits(values: 3)) == .tooManyValues)
        #expect(kind(of: "{\"a\":1,\"b\":2}", limits: JSONLimits(members: 2)) == nil)
        #expect(kind(of: "{\"a\":1,\"b\":2}", limits: JSONLimits(members: 1)) == .tooManyMembers)
        #expect(kind(of: "12345", limits: JSONLimits(numberLength: 5)) == nil)
        #expect(kind(of: "-12345", limits: JSONLimits(numberLength: 5)) == .numberTooLong)
        #expect(kind(of: String(repeating: "9", count: 100_000)) == .numberTooLong)
        #expect(kind(of: "[1]", limits: JSONLimits(bytes: 3)) == nil)
        #expect(kind(of: "[1] ", limits: JSONLimits(bytes: 3)) == .tooManyBytes)
        #expect(JSONError(.tooDeep, at: 0).isLimit)
        #expect(!JSONError(.unexpectedEnd, at: 0).isLimit)
    }

    @Test("An object with very many keys is read and searched")
    func manyKeys() throws {
        let source = "{" + (0..<20_000).map { "\"key\($0)\":\($0)" }.joined(separator: ",") + "}"
        let object = try #require(try JSONParser.parse(source).object)
        #expect(object.count == 20_000)
        #expect((0..<20_000).allSatisfy { (number: Int) in object["key\(number)"]?.int == number })
        #expect(object["key20000"] == nil)
    }

    @Test("Any prefix of a document is refused and nothing crashes on changed bytes")
    func mutations() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<100 {
            let value = JSONValue.array([randomValue(&random)])
            let bytes = value.serialized()
            #expect(try JSONParser.parse(bytes) == value)
            let cut = Int.random(in: 0..<bytes.count, using: &random)
            #expect(kind(of: Array(bytes[..<cut])) != nil)
            for _ in 0..<10 {
                var changed = bytes
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    changed[Int.random(in: 0..<changed.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                // Whatever is accepted must survive being written and read again.
                if let read = try? JSONParser.parse(changed) {
                    #expect(try JSONParser.parse(read.serialized()) == read)
                }
            }
        }
    }
}
