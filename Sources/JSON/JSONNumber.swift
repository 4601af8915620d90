/// A JSON number that keeps the literal it was written with, so nothing is lost between reading and writing.
public struct JSONNumber: Sendable {
    /// The literal, always valid by RFC 8259 section 6.
    public let literal: String

    /// A literal the parser has checked.
    init(checked literal: String) { self.literal = literal }

    /// The decimal literal of an integer.
    public init(_ value: some BinaryInteger) { literal = String(value) }

    /// The shortest literal that reads back as the same `Double`, or nil for infinities and NaN.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        literal = value.description
    }

    /// The exact value as an `Int`, or nil when it has a fraction or does not fit. `5.0` and `5e0` are 5.
    public var int: Int? { Int(literal) ?? DecimalForm(literal).int }

    /// The nearest `Double`, or nil when the number is beyond its range.
    public var double: Double? {
        guard let value = Double(literal), value.isFinite else { return nil }
        return value
    }

    /// Whether the number has no fraction, however it is written and however large it is.
    public var isIntegral: Bool { isIntegerLiteral || DecimalForm(literal).exponent >= 0 }

    /// Whether the literal has neither fraction nor exponent, the only form a JSON-RPC id may have.
    public var isIntegerLiteral: Bool { literal.utf8.allSatisfy { $0 == 0x2D || ($0 >= 0x30 && $0 <= 0x39) } }
}

extension JSONNumber: Equatable {
    /// Whether both are the same number, exactly, however written.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        left.literal == right.literal || DecimalForm(left.literal) == DecimalForm(right.literal)
    }
}

/// A number as digits without leading or trailing zeros, times a power of ten. Equal numbers have equal forms.
struct DecimalForm: Equatable {
    var isNegative = false
    var digits: [UInt8] = []
    var exponent = 0

    /// Reads a valid JSON number literal.
    init(_ literal: String) {
        var seenPoint = false
        var exponentPart: Int?
        var exponentIsNegative = false
        for byte in literal.utf8 {
            switch byte {
            case 0x30...0x39:
                let digit = byte - 0x30
                if let part = exponentPart {
                    // Saturates: no literal within the length limits brings a larger exponent back into range.
                    exponentPart = part > 1_000_000_000_000 ? part : part * 10 + Int(digit)
                } else {
                    if seenPoint { exponent -= 1 }
                    if digit != 0 || !digits.isEmpty { digits.append(digit) }
                }
            case 0x2E: seenPoint = true
            case 0x45, 0x65: exponentPart = 0
            case 0x2D: if exponentPart == nil { isNegative = true } else { exponentIsNegative = true }
            default: break
            }
        }
        if let part = exponentPart { exponent += exponentIsNegative ? -part : part }
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty {
            isNegative = false
            exponent = 0
        }
    }

    /// The value as an `Int`, or nil when it has a fraction or does not fit.
    var int: Int? {
        guard exponent >= 0, digits.count + exponent <= 19 else { return nil }
        var value = 0
        for place in 0..<(digits.count + exponent) {
            let digit = place < digits.count ? Int(digits[place]) : 0
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, over) = product.addingReportingOverflow(isNegative ? -digit : digit)
            if tooLarge || over { return nil }
            value = sum
        }
        return value
    }
}
