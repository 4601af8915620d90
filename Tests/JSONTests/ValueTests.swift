import JSON
import Testing

@Suite("JSON values and writer")
struct ValueTests {
    @Test("Writing is compact, in order, on one line, with only the needed escapes")
    func writing() {
        let value: JSONValue = [
            "z": "a\"b\\c/\u{8}\t\n\u{C}\r\u{0}\u{1F}\u{7F}é\u{2028}😀", "a": [1, 2.5, nil, true, false, [:], []],
        ]
        #expect(text(value) == #"{"z":"a\"b\\c/\b\t\n\f\r\u0000\u001f"# + "\u{7F}é\u{2028}😀" + #"","a":[1,2.5,null,true,false,{},[]]}"#)
        #expect(text("\n\n") == #""\n\n""#)
        #expect(text("") == #""""#)
    }

    @Test("Random values survive writing and reading")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<300 {
            let value = randomValue(&random)
            let bytes = value.serialized()
            let read = try JSONParser.parse(bytes)
            #expect(read == value)
            #expect(read.serialized() == bytes)
            #expect(!bytes.contains(0x0A))
        }
    }

    @Test("The canonical form does not depend on the order of members")
    func canonical() {
        let one: JSONValue = ["b": 1, "a": ["y": nil, "x": "t"], "é": 0]
        let two: JSONValue = ["é": 0, "a": ["x": "t", "y": nil], "b": 1]
        #expect(one == two)
        #expect(one.canonicalBytes() == two.canonicalBytes())
        #expect(one.serialized() != two.serialized())
        #expect(String(decoding: one.canonicalBytes(), as: UTF8.self) == #"{"a":{"x":"t","y":null},"b":1,"é":0}"#)
    }

    @Test("Objects agree with a plain list of pairs under random changes")
    func objectTwin() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<40 {
            var object = JSONObject()
            var twin: [(String, Int)] = []
            for step in 0..<120 {
                let key = "k\(Int.random(in: 0..<40, using: &random))"
                let place = twin.firstIndex { $0.0 == key }
                if Int.random(in: 0..<4, using: &random) == 0 {
                    object[key] = nil
                    if let place { twin.remove(at: place) }
                } else {
                    object[key] = .int(step)
                    if let place { twin[place].1 = step } else { twin.append((key, step)) }
                }
                #expect(object.contains(key) == twin.contains { $0.0 == key })
            }
            #expect(object.keys == twin.map(\.0))
            #expect(object.map { $0.value.int } == twin.map { $0.1 })
            #expect(twin.allSatisfy { object[$0.0]?.int == $0.1 })
        }
    }

    @Test("Strings and keys are told apart by their bytes")
    func bytes() {
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
        var object: JSONObject = ["\u{E9}": 1]
        #expect(object["e\u{301}"] == nil)
        for number in 0..<20 { object["filler\(number)"] = .int(number) }
        #expect(object["e\u{301}"] == nil)
        #expect(object["\u{E9}"] == 1)
    }

    @Test("Accessors answer for their own type only")
    func accessors() {
        let all: [JSONValue] = [.null, true, 1, 1.5, "s", [1], ["k": 1]]
        #expect(all.map(\.typeName) == ["null", "boolean", "integer", "number", "string", "array", "object"])
        #expect(all.map(\.isNull) == [true, false, false, false, false, false, false])
        #expect(all.compactMap(\.bool) == [true])
        #expect(all.compactMap(\.int) == [1])
        #expect(all.compactMap(\.double) == [1, 1.5])
        #expect(all.compactMap(\.string) == ["s"])
        #expect(all.compactMap(\.array) == [[1]])
        #expect(all.compactMap(\.object).map(\.keys) == [["k"]])
        #expect(JSONValue.null["k"] == nil)
        #expect((["k": nil] as JSONValue)["k"] == JSONValue.null)
    }
}
