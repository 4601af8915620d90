/// The bytes that mean something to a shell, by name, so that switches over input read as the grammar does.
extension UInt8 {
    static var unknown: UInt8 { 0 }
    static var tab: UInt8 { 9 }
    static var newline: UInt8 { 10 }
    static var space: UInt8 { 32 }
    static var bang: UInt8 { UInt8(ascii: "!") }
    static var doubleQuote: UInt8 { UInt8(ascii: "\"") }
    static var hash: UInt8 { UInt8(ascii: "#") }
    static var dollar: UInt8 { UInt8(ascii: "$") }
    static var ampersand: UInt8 { UInt8(ascii: "&") }
    static var singleQuote: UInt8 { UInt8(ascii: "'") }
    static var openParen: UInt8 { UInt8(ascii: "(") }
    static var closeParen: UInt8 { UInt8(ascii: ")") }
    static var star: UInt8 { UInt8(ascii: "*") }
    static var plus: UInt8 { UInt8(ascii: "+") }
    static var comma: UInt8 { UInt8(ascii: ",") }
    static var dash: UInt8 { UInt8(ascii: "-") }
    static var dot: UInt8 { UInt8(ascii: ".") }
    static var slash: UInt8 { UInt8(ascii: "/") }
    static var colon: UInt8 { UInt8(ascii: ":") }
    static var semicolon: UInt8 { UInt8(ascii: ";") }
    static var less: UInt8 { UInt8(ascii: "<") }
    static var equals: UInt8 { UInt8(ascii: "=") }
    static var greater: UInt8 { UInt8(ascii: ">") }
    static var question: UInt8 { UInt8(ascii: "?") }
    static var at: UInt8 { UInt8(ascii: "@") }
    static var openBracket: UInt8 { UInt8(ascii: "[") }
    static var backslash: UInt8 { UInt8(ascii: "\\") }
    static var closeBracket: UInt8 { UInt8(ascii: "]") }
    static var underscore: UInt8 { UInt8(ascii: "_") }
    static var backtick: UInt8 { UInt8(ascii: "`") }
    static var openBrace: UInt8 { UInt8(ascii: "{") }
    static var pipe: UInt8 { UInt8(ascii: "|") }
    static var closeBrace: UInt8 { UInt8(ascii: "}") }
    static var tilde: UInt8 { UInt8(ascii: "~") }

    var isDigit: Bool { self >= 48 && self <= 57 }
    var isLetter: Bool { (self | 32) >= 97 && (self | 32) <= 122 }
    /// A byte of a variable name after the first.
    var isName: Bool { isLetter || isDigit || self == .underscore }
    var isBlank: Bool { self == .space || self == .tab }

    /// A byte that never ends a word, quotes, expands, or globs: runs of these are copied without a look.
    /// Letters, digits and `% + , - . / : = @ ^ _` and every byte above ASCII.
    @inline(__always)
    var isPlain: Bool {
        if self >= 128 { return true }
        let set: UInt64 = self < 64 ? 0x27ff_f820_0000_0000 : 0x07ff_fffe_c7ff_ffff
        return (set >> UInt64(self & 63)) & 1 == 1
    }

    /// A byte that ends double quotes or expands in them.
    @inline(__always)
    var isSpecialInDoubleQuotes: Bool {
        self == .doubleQuote || self == .dollar || self == .backtick || self == .backslash || self == .unknown
    }

    /// A byte that ends an unquoted word (`metacharacter`, bash(1), DEFINITIONS).
    var isMeta: Bool {
        switch self {
        case .space, .tab, .newline, .semicolon, .ampersand, .pipe, .openParen, .closeParen, .less, .greater: true
        default: false
        }
    }
}
