/// The built-in rules that look at one program's arguments.
extension ShellReader {
    mutating func inspectDamage(_ known: KnownProgram, _ range: Range<Int>, at offset: Int) {
        let arguments = words[range]
        switch known {
        case .remove: inspectRemove(arguments, at: offset)
        case .move:
            if arguments.dropLast().contains(where: isRoot) { hit(.removeRoot, at: offset) }
        case .dd:
            for word in arguments where text[word.start..<word.end].starts(with: "of=".utf8) {
                if PathFacts.isRawDevice(text[word.start + 3..<word.end]) { hit(.writeDevice, at: word.offset) }
            }
        case .makeFilesystem, .wipe:
            for word in arguments where !isOption(word) {
                let bytes = text[word.start..<word.end]
                if PathFacts.isRawDevice(bytes) || (!word.isLiteral && bytes.first == .unknown) {
                    hit(.makeFilesystem, at: word.offset)
                    return
                }
            }
        case .tee:
            for word in arguments {
                if PathFacts.isRawDevice(text[word.start..<word.end]) { hit(.writeDevice, at: word.offset) }
                if PathFacts.isKernelTrigger(text[word.start..<word.end]) { hit(.kernelTrigger, at: word.offset) }
            }
        case .copy:
            if let last = arguments.last, PathFacts.isRawDevice(text[last.start..<last.end]) {
                hit(.writeDevice, at: last.offset)
            }
        case .shutdown:
            if !has(arguments, ["--help", "--version", "-c", "-w", "--show"]) { hit(.shutdown, at: offset) }
        case .initialize:
            if has(arguments, ["0", "6"]) { hit(.shutdown, at: offset) }
        case .systemctl:
            if has(arguments, ["poweroff", "reboot", "halt", "kexec", "soft-reboot", "suspend", "hibernate",
                "emergency", "rescue"]) {
                hit(.shutdown, at: offset)
            }
        case .permissions:
            if isRecursive(arguments), arguments.contains(where: isRoot) { hit(.changeRoot, at: offset) }
        case .kill:
            if arguments.dropFirst().contains(where: { isText($0, "-1") }) { hit(.killAll, at: offset) }
        case .killAll:
            if !has(arguments, ["--help", "--version"]) { hit(.killAll, at: offset) }
        case .netcat:
            for word in arguments where has(word, ["--exec", "--sh-exec"]) || isCluster(word, UInt8(ascii: "e"))
                || isCluster(word, UInt8(ascii: "c")) {
                hit(.reverseShell, at: offset)
            }
        case .vault:
            // What a word that is not plain text becomes is not known, so it is none of these.
            let first = arguments.first.map { $0.isLiteral && has($0, Self.harmlessVerbs) } ?? false
            if !first { hit(.vaultValues, at: offset) }
        case .vaultKeys:
            if !has(arguments, ["--help", "--version"]) { hit(.vaultValues, at: offset) }
        default: break
        }
    }

    /// Verbs of the vault's program that show no value and change nothing.
    private static let harmlessVerbs = [
        "list", "status", "doctor", "help", "exit-codes", "--help", "-h", "--version",
    ]

    private mutating func inspectRemove(_ arguments: ArraySlice<Word>, at offset: Int) {
        if has(arguments, ["--no-preserve-root"]) { hit(.removeRoot, at: offset) }
        guard isRecursive(arguments) else { return }
        for word in arguments {
            if isRoot(word) { hit(.removeRoot, at: word.offset) }
            if PathFacts.isEverythingHere(text[word.start..<word.end]) { hit(.removeEverythingHere, at: word.offset) }
        }
    }

    private func isRoot(_ word: Word) -> Bool { PathFacts.isRoot(text[word.start..<word.end], word.flags) }

    private func isRecursive(_ arguments: ArraySlice<Word>) -> Bool {
        arguments.contains { word in
            let bytes = text[word.start..<word.end]
            let long = bytes.count >= 5 && "--recursive".utf8.starts(with: bytes)
            return long || isCluster(word, UInt8(ascii: "r")) || isCluster(word, UInt8(ascii: "R"))
        }
    }

    /// `-abc` with a letter in it.
    private func isCluster(_ word: Word, _ letter: UInt8) -> Bool {
        let bytes = text[word.start..<word.end]
        return bytes.count > 1 && bytes.first == .dash && bytes[bytes.startIndex + 1] != .dash && bytes.contains(letter)
    }

    private func has(_ word: Word, _ texts: [String]) -> Bool { texts.contains { isText(word, $0) } }

    private func has(_ arguments: ArraySlice<Word>, _ texts: [String]) -> Bool {
        arguments.contains { has($0, texts) }
    }
}
