/// A script in the making. Bytes of a caller enter it as quoted words alone.
struct ShellText {
    private(set) var bytes: [UInt8] = []

    /// Our own text.
    mutating func append(_ text: StaticString) { bytes += Array("\(text)\n".utf8) }

    /// Sets a variable of our own name to any bytes but NUL.
    mutating func set(_ name: StaticString, _ value: [UInt8]) {
        bytes += Array("\(name)=".utf8) + ShellText.quoted(value) + [10]
    }

    mutating func set(_ name: StaticString, _ value: String) { set(name, Array(value.utf8)) }

    /// Text that was made by these means.
    mutating func append(raw text: [UInt8]) { bytes += text }

    /// Sets the positional parameters.
    mutating func setParameters(_ values: [[UInt8]]) {
        bytes += Array("set --".utf8)
        for value in values { bytes += [32] + ShellText.quoted(value) }
        bytes += [10]
    }

    /// Between single quotes nothing means anything but the single quote (POSIX, XCU 2.2.2).
    static func quoted(_ value: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "'")
        var text: [UInt8] = [quote]
        for byte in value {
            if byte == quote { text += Array(#"'\''"#.utf8) } else { text.append(byte) }
        }
        return text + [quote]
    }
}
