/// Text that came from elsewhere, made fit for a terminal.
enum Printable {
    /// One line: control characters, line ends and marks that turn the reading direction are written out, so that a
    /// recorded command cannot steer the terminal of whoever reads the record.
    static func line(_ text: some StringProtocol) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                switch scalar {
                case "\n": out += "\\n"
                case "\t": out += "\\t"
                case "\r": out += "\\r"
                default: out += "\\u{\(String(scalar.value, radix: 16))}"
                }
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// The lines of a text, each fit for a terminal. The end of the last line makes no further line.
    static func lines(_ text: String) -> [String] {
        // By scalars: as characters, a carriage return and a line feed are one and end no line.
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { line(Substring($0)) }
    }
}
