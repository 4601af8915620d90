import JSON
import Testing

@Suite("JSON numbers")
struct NumberTests {
    @Test("The literal survives unchanged", arguments: ["0", "-0", "1.0", "1E+2", "0.10", "9223372036854775808", "1e400", "123456789012345678901234567890"])
    func literal(source: String) throws {
        let number = try #require(try JSONParser.parse(source).number)
        #expect(number.literal == source)
        #expect(text(.number(number)) == source)
    }

    @Test("Integers are exact", arguments: [
        ("5", 5), ("-0", 0), ("5.0", 5), ("5e0", 5), ("50e-1", 5), ("1.5e1", 15), ("0e99999999999999999999", 0),
        ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min), ("-9.223372036854775808e18", Int.min),
        ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.5", nil), ("1e19", nil), ("1e-1", nil),
        ("1e99999999999999999999", nil), ("1e-99999999999999999999", nil),
    ] as [(String, Int?)])
    func integers(source: String, expected: Int?) throws {
        #expect(try JSONParser.parse(source).int == expected)
    }

    @Test("Whether a number is whole does not depend on its spelling")
    func whole() throws {
        #expect(try JSONParser.parse("1e400").number?.isIntegral == true)
        #expect(try JSONParser.parse("1e400").number?.isIntegerLiteral == false)
        #expect(try JSONParser.parse("10.50e1").number?.isIntegral == true)
        #expect(try JSONParser.parse("10.55e1").number?.isIntegral == false)
        #expect(try JSONParser.parse("-12").number?.isIntegerLiteral == true)
    }

    @Test("Doubles are the nearest, and nil beyond their range")
    func doubles() throws {
        #expect(try JSONParser.parse("0.1").double == 0.1)
        #expect(try JSONParser.parse("-2.5e-3").double == -0.0025)
        #expect(try JSONParser.parse("1e400").double == nil)
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(Double.nan) == nil)
        for value in [0.1, 1e300, -Double.leastNonzeroMagnitude, 1e21, 3.0, 0.1 + 0.2] {
            let number = try #require(JSONNumber(value))
            #expect(try JSONParser.parse(number.literal).double == value)
        }
    }

    @Test("Equality is that of the numbers, exactly")
    func equality() throws {
        func same(_ a: String, _ b: String) throws -> Bool { try JSONParser.parse(a) == JSONParser.parse(b) }
        #expect(try same("1", "1.0"))
        #expect(try same("1e2", "100"))
        #expect(try same("-0", "0"))
        #expect(try same("0.10", "1e-1"))
        #expect(try !same("9223372036854775808", "9223372036854775809"))
        #expect(try !same("1", "-1"))
        #expect(try !same("1e400", "1e401"))
    }
}
