import Foundation

/// Error types carry names of cases, numbers and static text, never free text: then no error can hold a secret or a
/// line of output.
enum ErrorPayloads {
    private static let freeText: Set = ["String", "Substring", "Character", "Data", "Any"]

    /// What is free text in a payload; a single byte is a number.
    private static func offence(_ payload: String) -> String? {
        if let word = Word.all(in: payload).first(where: { freeText.contains($0.text) }) { return word.text }
        return payload.contains("[UInt8]") || payload.contains("<UInt8>") ? "[UInt8]" : nil
    }

    static func check(_ file: SourceFile, allowed: [String: String] = freeTextInErrors) -> [Violation] {
        types(in: file.code).flatMap { type in
            type.payloads.compactMap { payload in
                let key = "\(file.room)/\(type.name).\(payload.name)"
                guard allowed[key] == nil, let text = offence(payload.text)
                else { return nil }
                return Violation(.errorPayload, file.path, "\(key) carries \(text): list it in Tables/Language.swift with the reason, or carry less")
            }
        }
    }

    struct ErrorType {
        let name: String
        let payloads: [(name: String, text: String)]
    }

    /// The types declared or extended as `Error`, with what they hold.
    static func types(in code: String) -> [ErrorType] {
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var types: [ErrorType] = []
        for (index, line) in lines.enumerated() {
            let words = Word.all(in: line).map(\.text)
            guard let at = words.firstIndex(where: { ["enum", "struct", "class"].contains($0) }), at + 1 < words.count
            else { continue }
            var head = ""
            for line in lines[index...] {
                head += line + " "
                if line.contains("{") { break }
            }
            head = String(head.prefix { $0 != "{" })
            guard let colon = head.firstIndex(of: ":") else { continue }
            guard Word.all(in: String(head[colon...])).contains(where: { $0.text == "Error" }) else { continue }
            types.append(ErrorType(name: words[at + 1], payloads: payloads(lines[index...])))
        }
        return types
    }

    /// Cases with payloads, and stored properties, at the first depth inside the braces.
    private static func payloads(_ lines: ArraySlice<String>) -> [(name: String, text: String)] {
        var found: [(name: String, text: String)] = []
        var depth = 0
        var entered = false
        var pending = ""
        for line in lines {
            let atTop = depth == 1 || (depth > 1 && isNestedCase(line))
            let before = entered
            for character in line {
                if character == "{" { depth += 1; entered = true }
                if character == "}" { depth -= 1 }
            }
            // A declaration may run over several lines until its parentheses close.
            if before, atTop || !pending.isEmpty {
                pending += line + " "
                let open = pending.filter { $0 == "(" }.count - pending.filter { $0 == ")" }.count
                if open <= 0 {
                    found += declaration(pending)
                    pending = ""
                }
            } else if !before, entered, depth >= 0, let brace = line.firstIndex(of: "{") {
                // All on the line of the brace.
                found += line[line.index(after: brace)...].split(separator: ";").flatMap { declaration(String($0)) }
            }
            if entered, depth <= 0 { break }
        }
        return found
    }

    /// A case with a payload, of an enum inside the error; not a case of a switch.
    private static func isNestedCase(_ line: String) -> Bool {
        let words = Word.all(in: line)
        return words.count > 1 && (words[0].text == "case" || words[0].text == "indirect") && !words[1].isMember
            && words[1].text != "let" && line.contains("(") && line.last { $0 != " " } != ":"
    }

    private static func declaration(_ text: String) -> [(name: String, text: String)] {
        let words = Word.all(in: text).map(\.text)
        guard let at = words.firstIndex(where: { ["case", "let", "var"].contains($0) }), at + 1 < words.count else { return [] }
        if words[at] == "case" {
            return split(text).map { ($0.name, $0.payload) }
        }
        // A computed property holds nothing.
        if words[at] == "var", text.contains("{"), !text.contains("=") { return [] }
        guard !words[..<at].contains("static"), let colon = text.firstIndex(of: ":") else { return [] }
        return [(words[at + 1], String(text[colon...]))]
    }

    /// `case a(Int), b(String)` apart.
    private static func split(_ text: String) -> [(name: String, payload: String)] {
        var parts: [String] = [""]
        var depth = 0
        let body = text.range(of: "case ").map { text[$0.upperBound...] } ?? text[...]
        for character in body {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts.compactMap { part in
            guard let open = part.firstIndex(of: "("), let name = Word.all(in: part).first?.text else { return nil }
            return (name, String(part[open...]))
        }
    }
}
