internal import KnownHosts

/// Reads the lines and keeps the first value of each option.
struct ConfigReader {
    let alias: String
    let surroundings: SSHConfigSurroundings
    let files: SSHConfigFiles
    var values: [String: [String]] = [:]
    var identityFiles: [String] = []
    var isNamed = false
    var notes: [SSHConfigNote] = []
    private var filesLeft = SSHConfig.mostFiles

    init(alias: String, surroundings: SSHConfigSurroundings, files: SSHConfigFiles) {
        self.alias = alias
        self.surroundings = surroundings
        self.files = files
    }

    /// Options with one value that is a word.
    private static let words: Set = ["hostname", "user", "hostkeyalias"]
    /// Options with one value that is checked.
    private static let checked: [String: @Sendable (String) -> Bool] = [
        "port": { UInt16($0).map { $0 > 0 } ?? false },
        "identitiesonly": { ConfigValue.flag($0) != nil },
        "stricthostkeychecking": { ["yes", "no", "ask", "off", "accept-new"].contains($0.lowercased()) },
        "serveraliveinterval": { ConfigValue.seconds($0) != nil },
        "serveralivecountmax": { Int($0).map { $0 >= 0 } ?? false },
        "connecttimeout": { $0.lowercased() == "none" || ConfigValue.seconds($0) != nil },
        "proxyjump": { ConfigValue.jumps($0) != nil },
    ]

    mutating func read(_ text: [UInt8], isActive: Bool, depth: Int) {
        var isActive = isActive
        // Outside an active block, a block of an included file does not match either.
        let mayMatch = isActive
        for (index, bytes) in text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            switch ConfigLine.read(bytes) {
            case .nothing: continue
            case .broken: note(.badLine, index + 1)
            case .line(let line):
                switch line.keyword {
                case "host": isActive = matchesHost(line.words) && mayMatch
                case "match": isActive = matchesCriteria(line.words, index + 1) && mayMatch
                case "include": include(line.words, isActive: isActive, depth: depth, index + 1)
                default: if isActive { take(line, index + 1) }
                }
            }
        }
    }

    mutating func note(_ kind: SSHConfigNote.Kind, _ line: Int) {
        if notes.count < 100 { notes.append(SSHConfigNote(kind: kind, line: line)) }
    }

    private mutating func take(_ line: ConfigLine, _ number: Int) {
        let keyword = line.keyword
        switch keyword {
        case "identityfile":
            guard line.words.count == 1, let path = line.words.first, !path.isEmpty else { return note(.badValue, number) }
            if !identityFiles.contains(path), identityFiles.count < 100 { identityFiles.append(path) }
        case "userknownhostsfile":
            guard !line.words.isEmpty else { return note(.badValue, number) }
            keep(keyword, line.words)
        case "proxycommand":
            // The whole line is the command. The first of ProxyCommand and ProxyJump counts.
            guard !line.words.isEmpty else { return note(.badValue, number) }
            if values["proxyjump"] == nil { keep(keyword, line.words) }
        case _ where Self.words.contains(keyword):
            guard line.words.count == 1, let value = line.words.first, !value.isEmpty else { return note(.badValue, number) }
            keep(keyword, [value])
        default:
            guard let check = Self.checked[keyword] else { return }
            guard line.words.count == 1, let value = line.words.first, check(value) else { return note(.badValue, number) }
            if keyword != "proxyjump" || values["proxycommand"] == nil { keep(keyword, [value]) }
        }
    }

    private mutating func keep(_ keyword: String, _ words: [String]) {
        if values[keyword] == nil { values[keyword] = words }
    }

    // MARK: Blocks

    private mutating func matchesHost(_ patterns: [String]) -> Bool {
        let name = Array(alias.utf8)
        var isFound = false
        for pattern in patterns {
            let isNegated = pattern.hasPrefix("!")
            guard HostPattern.matches(Array((isNegated ? pattern.dropFirst() : pattern[...]).utf8), name) else { continue }
            if isNegated { return false }
            isFound = true
            if pattern != "*" { isNamed = true }
        }
        return isFound
    }

    private mutating func matchesCriteria(_ words: [String], _ number: Int) -> Bool {
        if words.count == 1, words[0].lowercased() == "all" { return true }
        var isMatch = true
        var rest = words[...]
        while let word = rest.popFirst() {
            var (criterion, value) = (word.lowercased(), String?.none)
            if let equals = word.firstIndex(of: "=") {
                criterion = word[..<equals].lowercased()
                value = String(word[word.index(after: equals)...])
            }
            let isNegated = criterion.hasPrefix("!")
            if isNegated { criterion.removeFirst() }
            guard let subject = subject(of: criterion), let patterns = value ?? rest.popFirst() else {
                note(.unsupportedMatch, number)
                return false
            }
            let isHost = criterion == "host" || criterion == "originalhost"
            let matches = HostPattern.list(
                patterns.utf8, matches: isHost ? subject.utf8.map(HostPattern.lowercased) : Array(subject.utf8))
            if matches == isNegated { isMatch = false }
        }
        return isMatch && !words.isEmpty
    }

    /// What a criterion of `Match` is about; nil for one that is not supported.
    private func subject(of criterion: String) -> String? {
        switch criterion {
        case "host": values["hostname"]?.first.flatMap { ConfigTokens.replaced($0, ["h": alias]) } ?? alias
        case "originalhost": alias
        case "user": values["user"]?.first ?? surroundings.user
        case "localuser": surroundings.user
        default: nil
        }
    }

    // MARK: Include

    private mutating func include(_ patterns: [String], isActive: Bool, depth: Int, _ number: Int) {
        guard !patterns.isEmpty else { return note(.badValue, number) }
        for pattern in patterns {
            for path in ConfigGlob.paths(pattern, home: surroundings.home, list: files.list) {
                guard depth + 1 < SSHConfig.deepest, filesLeft > 0 else { return note(.includeTooDeep, number) }
                filesLeft -= 1
                if let text = files.read(path) { read(text, isActive: isActive, depth: depth + 1) }
            }
        }
    }
}
