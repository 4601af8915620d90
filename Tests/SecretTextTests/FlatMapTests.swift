import Testing

@testable import SecretText

@Suite("flat JSON and YAML") struct FlatMapTests {
    @Test("JSON: texts, numbers and booleans, with their kinds") func jsonKinds() throws {
        let read = try json(#" { "A": "x\n\u00e9\ud83d\ude00\/", "B": -1.5e3, "C": true, "D": "" } "#)
        #expect(read.map == ["A": "x\né😀/", "B": "-1.5e3", "C": "true", "D": ""])
        #expect(read.kinds == [.string, .number, .boolean, .string])
        #expect(read.issues == [])
    }

    @Test("JSON: what is not flat is reported by line and left out") func jsonNested() throws {
        let read = try json("{\n\"A\": [1, {\"x\": \"]\"}],\n\"B\": null,\n\"C-D\": 1,\n\"E\": \"ok\",\n\"E\": \"later\"}")
        #expect(read.map == ["E": "later"])
        #expect(read.issues == [
            TextIssue(line: 2, kind: .notFlat), TextIssue(line: 3, kind: .null), TextIssue(line: 4, kind: .badName),
            TextIssue(line: 6, kind: .duplicate(of: 5)),
        ])
    }

    @Test("JSON: faults of syntax", arguments: [
        "", "[]", "{", "{\"A\"}", "{\"A\":}", "{\"A\":1,}", "{\"A\":01}", "{\"A\":1} x", "{\"A\":\"\\x\"}", "{\"A\":\"\\ud800\"}",
        "{\"A\":\"\\udc00\\ud800\"}", "{\"A\":\"a\nb\"}", "{\"A\":\"", "{\"A\":+1}", "{\"A\":1.}", "{\"A\":nul}", "{\"A\":[1}",
    ])
    func jsonFaults(text: String) throws {
        #expect(try json(text).issues.map(\.kind).contains(.notJSON))
    }

    @Test("YAML: plain, quoted and literal values") func yamlForms() throws {
        let read = try yaml("""
            ---
            # comment
            A: plain text # comment
            B: 'it''s'
            "C": "a\\n\\x41\\u00e9\\U0001F600\\e"
            D: |
              one
                two

              three
            E: |-
              last
            F: |+
              keep

            G: 1.5
            H: true
            I: http://x#y
            J: ""
            K: |
              -----BEGIN
              x
            ...
            L: not read
            """)
        #expect(read.map == [
            "A": "plain text", "B": "it's", "C": "a\nAé😀\u{1B}", "D": "one\n  two\n\nthree\n", "E": "last", "F": "keep\n\n",
            "G": "1.5", "H": "true", "I": "http://x#y", "J": "", "K": "-----BEGIN\nx\n",
        ])
        #expect(read.issues == [])
        #expect(read.kinds[6] == .number)
        #expect(read.kinds[7] == .boolean)
    }

    @Test("YAML: what is not flat is reported by line") func yamlFaults() throws {
        let read = try yaml("A: [1]\nB: {x: 1}\nC: &a x\nD: *a\nE: !t x\nF: >\nG:\nH: ~\nI: a: b\n- J\n  K: 1\nL-M: 1\nN: \"x\nO: 'x' y\nP: ok\nQ: \"\\q\"\n")
        #expect(read.map == ["P": "ok"])
        #expect(read.issueLines == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16])
    }
}
