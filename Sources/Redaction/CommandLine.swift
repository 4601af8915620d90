/// Passwords in short options, which only the program on the same line gives a meaning.
enum CommandLineSecret: Sendable {
    /// `curl -u user:PASSWORD`, also `--user`.
    case userOption
    /// `mysql -pPASSWORD`, `sshpass -p PASSWORD`, `docker login -p PASSWORD`.
    case passwordOption
    /// `redis-cli -a PASSWORD`.
    case authenticationOption
    /// A line of `.pgpass`, known by the default port: `host:5432:database:user:PASSWORD`.
    case pgpass

    private static let label = "password"
    private static let wordEnd = ByteSet.whitespace.union(.quotes)
    private static let word = wordEnd.inverted
    private static let field = wordEnd.union(ByteSet(":")).inverted
    private static let optionEnd = ByteSet(" =")
    private static let line = ByteSet("\n").inverted

    private static let fetchers = ["curl", "wget", "http"].map { Array($0.utf8) }
    private static let databases = ["mysql", "mariadb"].map { Array($0.utf8) }
    private static let logins = ["sshpass", "docker login", "podman login"].map { Array($0.utf8) }
    private static let caches = ["redis-cli"].map { Array($0.utf8) }
    /// The first letters of all of them.
    private static let programStarts = ByteSet("cwhmsdpr")

    /// Verifies a candidate whose anchor starts at `index`.
    func match(at index: Int, in window: inout Window) -> Match? {
        switch self {
        case .userOption: Self.userOption(at: index, in: &window)
        case .passwordOption:
            Self.option(at: index, attached: Self.databases, apart: Self.logins, in: &window)
        case .authenticationOption:
            Self.option(at: index, attached: [], apart: Self.caches, in: &window)
        case .pgpass: Self.pgpass(at: index, in: &window)
        }
    }

    private static func userOption(at index: Int, in window: inout Window) -> Match? {
        var position = index + (window.has(UInt8(ascii: " "), at: index) ? 3 : 6)
        if window.has(optionEnd, at: position) { position += 1 }
        let quote = window.byte(at: position).flatMap { ByteSet.quotes.contains($0) ? $0 : nil }
        if quote != nil { position += 1 }
        let user = window.end(of: field, from: position, limit: 128)
        guard user > position, window.has(UInt8(ascii: ":"), at: user) else { return nil }
        let end = window.end(of: word, from: user + 1, limit: 128)
        guard !Value.isPlaceholder(window.bytes.span.extracting(user + 1..<end)) else { return nil }
        guard line(before: index, in: &window, names: fetchers) else { return nil }
        let tail = quote.map { Tail.quoted($0, escaped: false) } ?? .until(wordEnd)
        return Match(start: user + 1, tailStart: user + 1, tail: tail, label: label)
    }

    private static func option(
        at index: Int, attached: [[UInt8]], apart: [[UInt8]], in window: inout Window
    ) -> Match? {
        var position = index + 3
        var programs = attached
        if window.has(UInt8(ascii: " "), at: position) {
            programs = apart
            position += 1
        }
        let quote = window.byte(at: position).flatMap { ByteSet.quotes.contains($0) ? $0 : nil }
        if quote != nil { position += 1 }
        let end = window.end(of: word, from: position, limit: 128)
        guard end > position, !window.has(.dash, at: position),
            !Value.isPlaceholder(window.bytes.span.extracting(position..<end)) else { return nil }
        guard line(before: index, in: &window, names: programs) else { return nil }
        let tail = quote.map { Tail.quoted($0, escaped: false) } ?? .until(wordEnd)
        return Match(start: position, tailStart: position, tail: tail, label: label)
    }

    private static func pgpass(at index: Int, in window: inout Window) -> Match? {
        guard window.has(field, at: index - 1) else { return nil }
        let database = window.end(of: field, from: index + 6, limit: 64)
        guard database > index + 6, window.has(UInt8(ascii: ":"), at: database) else { return nil }
        let user = window.end(of: field, from: database + 1, limit: 64)
        guard user > database + 1, window.has(UInt8(ascii: ":"), at: user) else { return nil }
        let end = window.end(of: word, from: user + 1, limit: 128)
        guard end - user > 4, !Value.isPlaceholder(window.bytes.span.extracting(user + 1..<end)) else { return nil }
        return Match(start: user + 1, tailStart: user + 1, tail: .until(.whitespace), label: label)
    }

    /// Whether the line before `index`, as far as it is in reach, names one of the programs.
    private static func line(before index: Int, in window: inout Window, names: [[UInt8]]) -> Bool {
        let start = window.start(of: line, before: index, limit: Window.lookback)
        let line = window.bytes.span.extracting(start..<index)
        var place = 0
        while let found = line.first(of: programStarts, from: place) {
            for name in names where line.extracting(found..<line.count).starts(with: name) { return true }
            place = found + 1
        }
        return false
    }
}
