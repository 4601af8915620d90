import Testing

@testable import SecretText

@Suite("dotenv") struct DotenvTests {
    static let cases: [(String, [String: String])] = [
        ("A=1", ["A": "1"]),
        ("A=", ["A": ""]),
        ("A = 1 ", ["A": "1"]),
        ("\u{FEFF}A=1\r\nB=2\r\n", ["A": "1", "B": "2"]),
        ("export A=1\nexport\tB=2", ["A": "1", "B": "2"]),
        ("export=1", ["export": "1"]),
        ("export =1", ["export": "1"]),
        ("# comment\n\n  # another\nA=1", ["A": "1"]),
        ("A=1 # comment", ["A": "1"]),
        ("A=1#no", ["A": "1#no"]),
        ("A= # comment", ["A": ""]),
        ("A=#no", ["A": "#no"]),
        ("A='x # y' # z", ["A": "x # y"]),
        ("A=\"a\\nb\\t\\r\\\\\\\"\\x\"", ["A": "a\nb\t\r\\\"\\x"]),
        ("A='a\\n'", ["A": "a\\n"]),
        ("A=`it's \"so\"`", ["A": "it's \"so\""]),
        ("A='one\r\ntwo'\nB=3", ["A": "one\ntwo", "B": "3"]),
        ("A=\"one\ntwo\"\nB=3", ["A": "one\ntwo", "B": "3"]),
        ("A=x y  z", ["A": "x y  z"]),
        ("A=$HOME ${B}", ["A": "$HOME ${B}"]),
        ("A=a'b", ["A": "a'b"]),
        ("A=postgres://u:p@h/d?x=y", ["A": "postgres://u:p@h/d?x=y"]),
        ("  A=1", ["A": "1"]),
        ("A=über", ["A": "über"]),
        ("A=1\r", ["A": "1"]),
    ]

    @Test("reads each form of a line", arguments: cases.indices)
    func forms(index: Int) throws {
        let (text, wanted) = Self.cases[index]
        let read = try dotenv(text)
        #expect(read.map == wanted)
        #expect(read.issues == [])
    }

    @Test("reports a bad line by number and reads the others") func badLines() throws {
        let read = try dotenv("A=1\nnonsense\n2B=x\n=y\nC='x'y\nD-E=1\nexport F\nG=\u{0}\nH=2\n")
        #expect(read.map == ["A": "1", "H": "2"])
        #expect(read.issueLines == [2, 3, 4, 5, 6, 7, 8])
        #expect(read.issues.map(\.kind) == [
            .notAnAssignment, .badName, .badName, .textAfterQuote, .badName, .notAnAssignment, .nul,
        ])
    }

    @Test("stops at a quote that never closes, at the line it opens") func unterminated() throws {
        let read = try dotenv("A=1\nB=\"x\nC=2\n")
        #expect(read.map == ["A": "1"])
        #expect(read.issues == [TextIssue(line: 2, kind: .unterminatedQuote)])
    }

    @Test("lets the later of two values of a name count, and says so") func duplicates() throws {
        let read = try dotenv("A=1\nB=2\nA=3\n")
        #expect(read.keys == ["B", "A"])
        #expect(read.map == ["A": "3", "B": "2"])
        #expect(read.issues == [TextIssue(line: 3, kind: .duplicate(of: 1))])
        #expect(read.issues[0].isLoss == false)
    }

    @Test("counts lines through values of several lines") func lineNumbers() throws {
        #expect(try dotenv("A='x\ny\nz'\nbad\n").issueLines == [4])
    }

    @Test("refuses a name that is too long") func longName() throws {
        let name = String(repeating: "N", count: 256)
        #expect(try dotenv("\(name)=1\n\(name.dropLast())=2").keys == [String(name.dropLast())])
    }

    @Test("never says a piece of the text in an issue") func issuesAreMute() throws {
        let marker = "zebra"
        for text in ["\(marker)", "A='x'\(marker)", "A='\(marker)", "\(marker)-x=\(marker)", "A=\(marker)\u{0}"] {
            for issue in try dotenv(text).issues { #expect(!"\(issue) \(issue.explanation)".contains(marker)) }
        }
    }
}
