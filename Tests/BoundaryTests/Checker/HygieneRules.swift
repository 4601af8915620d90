import Foundation

/// Rules over every committed text.
enum HygieneRules {
    /// - Parameter exists: whether a path, from the root of the package, is there.
    static func check(path: String, text: String, root: String, exists: (String) -> Bool) -> [Violation] {
        var found: [Violation] = []
        let isCode = path.hasPrefix("Sources/") || path.hasPrefix("Tests/")
        for banned in bannedTexts where banned.inCode || !isCode {
            if holds(text, banned.text) { found.append(Violation(.bannedText, path, "holds \(banned.text): \(banned.reason)")) }
        }
        if isTelling(root), Data(text.utf8).range(of: Data(root.utf8)) != nil {
            found.append(Violation(.bannedText, path, "holds the path of this checkout"))
        }
        if path.hasSuffix(".md") { found += links(path, text, exists) }
        let first = text.prefix { $0 != "\n" }
        if first.hasPrefix("#!"), first.hasSuffix("sh"), !setsEu(text) {
            found.append(Violation(.shellScript, path, "does not `set -eu`, so a failed step is passed over"))
        }
        return found
    }

    /// Whether a checkout's path says something of one machine. `/app`, or `/opt/execkit` and its like, which documents
    /// may name as examples, do not.
    private static func isTelling(_ root: String) -> Bool {
        let parts = root.split(separator: "/")
        return parts.count > 2 || (parts.count == 2 && !["home", "mnt", "opt", "srv", "tmp", "usr", "var"].contains(parts[0]))
    }

    static func required(exists: (String) -> Bool) -> [Violation] {
        requiredFiles.sorted { $0.key < $1.key }.compactMap { name, reason in
            exists(name) ? nil : Violation(.requiredFile, name, "is missing: \(reason)")
        }
    }

    /// Whether the text stands there as the beginning of a path or a name, not inside a longer one.
    private static func holds(_ text: String, _ part: String) -> Bool {
        // Most texts hold none; a search over bytes says so quickly.
        guard Data(text.utf8).range(of: Data(part.utf8)) != nil else { return false }
        var from = text.startIndex
        while let range = text.range(of: part, range: from..<text.endIndex) {
            from = range.upperBound
            guard range.lowerBound > text.startIndex else { return true }
            let before = text[text.index(before: range.lowerBound)]
            if !(before.isLetter || before.isNumber || "._-~}$".contains(before)) { return true }
        }
        return false
    }

    private static func setsEu(_ text: String) -> Bool {
        text.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            return words.first == "set" && words.count > 1 && words[1].hasPrefix("-") && words[1].contains("e") && words[1].contains("u")
        }
    }

    private static func links(_ path: String, _ text: String, _ exists: (String) -> Bool) -> [Violation] {
        let folder = path.split(separator: "/").dropLast().map(String.init)
        return targets(text).compactMap { target in
            var parts = target.hasPrefix("/") ? [] : folder
            for part in target.split(separator: "/") where part != "." {
                if part == ".." {
                    if parts.popLast() == nil { return Violation(.deadLink, path, "\(target) leaves the repository") }
                } else {
                    parts.append(part.removingPercentEncoding ?? String(part))
                }
            }
            return parts.isEmpty || exists(parts.joined(separator: "/")) ? nil : Violation(.deadLink, path, "\(target) is not there")
        }
    }

    /// The relative targets of `[text](target)` and `[label]: target`, outside code.
    static func targets(_ text: String) -> [String] {
        var found: [String] = []
        var fenced = false
        for line in text.split(separator: "\n") {
            if line.trimmingCharacters(in: .whitespaces).hasPrefix("```") { fenced.toggle() }
            if fenced { continue }
            let plain = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 0 }.map { String($0.element) }.joined(separator: "`")
            for piece in plain.components(separatedBy: "](").dropFirst() {
                found.append(String(piece.prefix { $0 != ")" && $0 != " " }))
            }
            if plain.hasPrefix("["), let range = plain.range(of: "]: ") {
                found.append(String(plain[range.upperBound...].prefix { $0 != " " }))
            }
        }
        return found.map { String($0.prefix { $0 != "#" }) }.filter { target in
            guard !target.isEmpty else { return false }
            let scheme = target.prefix { $0.isLetter || $0.isNumber || "+.-".contains($0) }
            return !target.dropFirst(scheme.count).hasPrefix(":")
        }
    }
}
