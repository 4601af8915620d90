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

    /// Verifies a candidate whose anchor starts at `index`.
    func match(at index: Int, in window: inout Window) -> Match? {
        switch self {
        case .userOption: Self.userOption(at: index, in: &window)
        case .passwordOption:
            Self.option(at: index, attached: ["mysql", "mariadb"], apart: ["sshpass", "docker login", "podman login"], in: &window)
        case .authenticationOption:
            Self.option(at: index, attached: [], apart: ["redis-cli"], in: &window)
        case .pgpass: Self.pgpass(at: index, in: &window)
        }
    }

    private static func userOption(at index: Int, in window: inout Window) -> Match? {
        var position = index + (window.has(UInt8(ascii: " "), at: index) ? 3 : 6)
        if window.has(ByteSet(" ="), at: position) { position += 1 }
        let quote = window.byte(at: position).flatMap { ByteSet.quotes.contains($0) ? $0 : nil }
        if quote != nil { position += 1 }
        let user = window.end(of: wordEnd.union(ByteSet(":")).inverted, from: position, limit: 128)
        guard user > position, window.has(UInt8(ascii: ":"), at: user) else { return nil }
        let end = window.end(of: wordEnd.inverted, from: user + 1, limit: 128)
        let password = window.copy(user + 1..<end)
        guard !password.isEmpty, !Value.isPlaceholder(password) else { return nil }
        guard line(before: index, in: &window, names: ["curl", "wget", "http"]) else { return nil }
        let tail = quote.map { Tail.quoted($0, escaped: false) } ?? .until(wordEnd)
        return Match(start: user + 1, tailStart: user + 1, tail: tail, label: label)
    }

    private static func option(
        at index: Int, attached: [String], apart: [String], in window: inout Window
    ) -> Match? {
        var position = index + 3
        var programs = attached
        if window.has(UInt8(ascii: " "), at: position) {
            programs = apart
            position += 1
        }
        let quote = window.byte(at: position).flatMap { ByteSet.quotes.contains($0) ? $0 : nil }
        if quote != nil { position += 1 }
        let end = window.end(of: wordEnd.inverted, from: position, limit: 128)
        let password = window.copy(position..<end)
        guard let first = password.first, first != UInt8(ascii: "-"), !Value.isPlaceholder(password) else { return nil }
        guard line(before: index, in: &window, names: programs) else { return nil }
        let tail = quote.map { Tail.quoted($0, escaped: false) } ?? .until(wordEnd)
        return Match(start: position, tailStart: position, tail: tail, label: label)
    }

    private static func pgpass(at index: Int, in window: inout Window) -> Match? {
        let field = wordEnd.union(ByteSet(":")).inverted
        guard window.has(field, at: index - 1) else { return nil }
        let database = window.end(of: field, from: index + 6, limit: 64)
        guard database > index + 6, window.has(UInt8(ascii: ":"), at: database) else { return nil }
        let user = window.end(of: field, from: database + 1, limit: 64)
        guard user > database + 1, window.has(UInt8(ascii: ":"), at: user) else { return nil }
        let end = window.end(of: wordEnd.inverted, from: user + 1, limit: 128)
        guard end - user > 4, !Value.isPlaceholder(window.copy(user + 1..<end)) else { return nil }
        return Match(start: user + 1, tailStart: user + 1, tail: .until(.whitespace), label: label)
    }

    /// Whether the line before `index`, as far as it is in reach, names one of the programs.
    private static func line(before index: Int, in window: inout Window, names: [String]) -> Bool {
        let start = window.start(of: ByteSet("\n").inverted, before: index, limit: Window.lookback)
        let line = window.copy(start..<index)
        return names.contains { line.holds(Array($0.utf8)) }
    }
}
