import PrivateFiles

/// Turns the text of variables into values of their form.
struct SettingsReader {
    let lookup: (String) -> String?
    let home: AbsolutePath?

    func number(_ setting: Setting, _ standard: Int) throws(SettingsError) -> Int {
        guard let text = value(setting) else { return standard }
        guard case .number(let range, _) = setting.form, let number = Self.number(text) else { throw bad(setting) }
        return min(max(number, range.lowerBound), range.upperBound)
    }

    func flag(_ setting: Setting, _ standard: Bool = false) throws(SettingsError) -> Bool {
        guard let text = value(setting) else { return standard }
        switch text.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default: throw bad(setting)
        }
    }

    func word(_ setting: Setting, _ standard: String) throws(SettingsError) -> String {
        guard let text = value(setting) else { return standard }
        guard case .word(let words) = setting.form, words.contains(text) else { throw bad(setting) }
        return text
    }

    /// One of the names of the form, or the text of a path.
    func program(_ setting: Setting, _ standard: String) throws(SettingsError) -> String {
        guard let text = value(setting) else { return standard }
        guard case .program(let names) = setting.form else { throw bad(setting) }
        if names.contains(text) { return text }
        return try path(setting)?.text ?? standard
    }

    func path(_ setting: Setting) throws(SettingsError) -> AbsolutePath? {
        guard let text = value(setting) else { return nil }
        if text.utf8.starts(with: "~/".utf8) {
            guard let home else { throw SettingsError(setting: setting, needsHome: true) }
            guard let path = try? AbsolutePath(home.text + "/" + String(text.dropFirst(2))) else { throw bad(setting) }
            return path
        }
        guard let path = try? AbsolutePath(text), path.name != nil else { throw bad(setting) }
        return path
    }

    /// Names in order, each once. A name is letters, digits and underscores, not a digit first, as POSIX has it.
    func names(_ setting: Setting) throws(SettingsError) -> [String] {
        guard let text = value(setting) else { return [] }
        var names: [String] = []
        for part in text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) {
            let name = String(part)
            let bytes = Array(name.utf8)
            let isName = bytes.allSatisfy { byte in
                (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5f
            }
            guard isName, !(0x30...0x39).contains(bytes[0]) else { throw bad(setting) }
            // The operator's own variables are never a session's business.
            guard !name.hasPrefix(Setting.prefix) else { throw bad(setting) }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private func value(_ setting: Setting) -> String? {
        lookup(setting.name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Decimal digits with an optional sign. A number beyond `Int` counts as the largest or smallest.
    private static func number(_ text: String) -> Int? {
        if let number = Int(text) { return number }
        let isNegative = text.utf8.first == 0x2d
        let digits = isNegative || text.utf8.first == 0x2b ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return isNegative ? .min : .max
    }

    private func bad(_ setting: Setting) -> SettingsError {
        SettingsError(setting: setting, needsHome: false)
    }
}
