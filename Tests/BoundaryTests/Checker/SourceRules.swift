import Foundation

/// Rules over the text of one source file.
enum SourceRules {
    static func check(_ file: SourceFile, rooms: [Room] = rooms) -> [Violation] {
        var found: [Violation] = []
        if file.isUnterminated {
            found.append(Violation(.unreadable, file.path, "a literal or comment does not end: the scan cannot be trusted"))
        }
        found += powerText(file)
        found += marks(file)
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count
        if lines > longestFile + 1, longFiles[file.path] == nil {
            found.append(Violation(.longFile, file.path, "\(lines) lines; \(longestFile) is the most"))
        }
        if file.isSwift {
            found += imports(file, rooms) + words(file) + unsafeArgument(file) + ErrorPayloads.check(file)
        } else {
            found += includes(file)
        }
        return found
    }

    /// Every import is a direct use of the room, and none is of a banned module.
    private static func imports(_ file: SourceFile, _ rooms: [Room]) -> [Violation] {
        let room = rooms.first { $0.name == file.room }
        return importedModules(file.code).compactMap { module in
            if let reason = bannedModules[module] {
                return Violation(.imports, file.path, "imports \(module): \(reason)")
            }
            if module == "Swift" || module == file.room { return nil }
            if outsideProducts[file.room]?[module] != nil { return nil }
            guard room?.uses.contains(module) == true else {
                return Violation(.imports, file.path, "imports \(module), which is no direct use of \(file.room)")
            }
            if rooms.contains(where: { $0.name == module && $0.kind == .fence }), !file.name.hasSuffix("+Unsafe.swift") {
                return Violation(.fenceImport, file.path, "imports the fence \(module) outside a +Unsafe.swift file")
            }
            return nil
        }
    }

    static func importedModules(_ code: String) -> [String] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        var modules: [String] = []
        for line in code.split(whereSeparator: { $0 == "\n" || $0 == ";" }) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard let at = words.firstIndex(of: "import"),
                words[..<at].allSatisfy({ $0.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains($0) })
            else { continue }
            let rest = words[(at + 1)...].drop { kinds.contains(String($0)) }
            if let first = rest.first { modules.append(String(first.split(separator: ".")[0])) }
        }
        return modules
    }

    /// A fence includes its own headers and the system's, never another room's.
    private static func includes(_ file: SourceFile) -> [Violation] {
        file.text.split(separator: "\n").compactMap { line in
            let line = line.filter { $0 != " " && $0 != "\t" }
            guard line.hasPrefix("#include") || line.hasPrefix("#import"), line.contains(".."), !line.contains("...")
            else { return nil }
            return Violation(.include, file.path, "includes by a path that climbs: \(line)")
        }
    }

    private static func powerText(_ file: SourceFile) -> [Violation] {
        var found: [Violation] = []
        for power in powers where !power.owners.contains(file.room) {
            let patterns = file.isSwift ? power.swift : power.c
            for word in file.words where patterns.contains(where: { Word.matches(word.text, $0) }) {
                // In C a name that is not called may be a field; in Swift a member is another type's own.
                if file.isSwift ? word.isMember : !word.isCalled { continue }
                found.append(Violation(.powerText, "\(file.path):\(word.line)", "\(word.text): may not \(power.name): \(power.reason)"))
            }
        }
        return found
    }

    private static func words(_ file: SourceFile) -> [Violation] {
        var found: [Violation] = []
        for word in file.words {
            for banned in bannedWords {
                let called = banned.word.hasSuffix("(")
                guard word.text == (called ? String(banned.word.dropLast()) : banned.word) else { continue }
                if called, !word.isCalled || word.isMember || word.isDeclared { continue }
                if let ending = banned.onlyIn, file.name.hasSuffix(ending) { continue }
                found.append(Violation(.bannedWord, "\(file.path):\(word.line)", "\(banned.word): \(banned.reason)"))
            }
            for foreign in foreignWords where foreign.room == file.room && foreign.word == word.text {
                found.append(Violation(.foreignWord, "\(file.path):\(word.line)", "\(foreign.word): \(foreign.reason)"))
            }
        }
        return found
    }

    private static func marks(_ file: SourceFile) -> [Violation] {
        bannedMarks.sorted { $0.key < $1.key }.compactMap { mark, reason in
            file.text.contains(mark) ? Violation(.bannedMark, file.path, "\(mark): \(reason)") : nil
        }
    }

    /// A file of unsafe code argues why it is sound.
    private static func unsafeArgument(_ file: SourceFile) -> [Violation] {
        guard file.name.hasSuffix("+Unsafe.swift"), file.words.contains(where: { $0.text == "unsafe" || $0.text == "@unchecked" }),
            !file.text.uppercased().contains("SAFE:"), !file.text.uppercased().contains("SAFETY")
        else { return [] }
        return [Violation(.unsafeArgument, file.path, "holds unsafe code and no `// SAFETY:` sentence")]
    }
}
