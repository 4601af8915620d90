internal import Digest

/// What of a workspace is captured and restored.
///
/// Everything below `workspace` (or below `paths` in it) but: build output (`NamePatterns.build`), the caller's `ignores`,
/// secret files (`NamePatterns.secret`), nested repositories, special files, the store itself. The workspace's `.gitignore`
/// decides nothing: local settings and data that git ignores are what an undo is wanted for, and a file that an agent can
/// write must not decide what can be brought back.
///
/// A pattern is a shell pattern (`*`, `?`, `[…]`). Without `/` it means the name at any depth, with one a path from the
/// workspace on, in which `*` stays between two `/`. A `/` at its end means directories alone; `**/` at its start means
/// nothing. Nothing can be taken back by a pattern: there is no negation.
public struct CheckpointScope: Equatable, Sendable {
    /// Absolute path. A symbolic link is followed once, when the store is made; from then on it has to lead to the same place.
    public let workspace: [UInt8]
    /// Relative to the workspace; empty: all of it.
    public let paths: [[UInt8]]
    let ignores: [IgnorePattern]

    /// Refuses what would be read differently by different tools, or would lead out of the workspace.
    public init(workspace: [UInt8], paths: [[UInt8]] = [], ignores: [[UInt8]] = []) throws(CheckpointError) {
        guard workspace.first == slash, !workspace.contains(0), workspace.contains(where: { $0 != slash }) else {
            throw .malformedWorkspace
        }
        var checked: [[UInt8]] = []
        for (index, path) in paths.enumerated() {
            var path = path
            while path.last == slash { path.removeLast() }
            guard CheckpointScope.isPlain(path) else { throw .malformedPath(index: index) }
            checked.append(path)
        }
        var patterns: [IgnorePattern] = []
        for (index, pattern) in ignores.enumerated() {
            guard let pattern = IgnorePattern(pattern) else { throw .malformedIgnore(index: index) }
            patterns.append(pattern)
        }
        self.workspace = workspace
        self.paths = checked
        self.ignores = patterns
    }

    /// The same, from text.
    public init(workspace: String, paths: [String] = [], ignores: [String] = []) throws(CheckpointError) {
        try self.init(
            workspace: Array(workspace.utf8), paths: paths.map { Array($0.utf8) }, ignores: ignores.map { Array($0.utf8) })
    }

    private static func isPlain(_ path: [UInt8]) -> Bool {
        guard !path.isEmpty, !path.contains(0) else { return false }
        return path.split(separator: slash, omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
                && !NamePatterns.isGitDirectory(part)
        }
    }

    /// A word for the scope: a store made for one is refused to another.
    var fingerprint: String {
        var hash = SHA256()
        let parts = [workspace, Array(NamePatterns.text.utf8)] + paths.map { Array("p".utf8) + $0 }
            + ignores.map { Array("i".utf8) + $0.source }
        for part in parts { hash.update(Array("\(part.count):".utf8) + part) }
        return Hex.encode(hash.finalize().bytes)
    }
}

let slash = UInt8(ascii: "/")

/// A pattern of the caller, in the forms git and `find` read alike.
struct IgnorePattern: Equatable, Sendable {
    let source: [UInt8]
    /// Without the slashes at both ends.
    let body: [UInt8]
    let isAnchored: Bool
    let isDirectory: Bool

    init?(_ text: [UInt8]) {
        var body = text[...]
        while body.starts(with: Array("**/".utf8)) { body = body.dropFirst(3) }
        let startsAtTop = body.first == slash
        if startsAtTop { body = body.dropFirst() }
        let isDirectory = body.last == slash
        if isDirectory { body = body.dropLast() }
        let parts = body.split(separator: slash, omittingEmptySubsequences: false)
        guard !body.isEmpty, body.first != UInt8(ascii: "!"), !body.contains(0), !body.contains(10), !body.contains(13),
            body.last != UInt8(ascii: "\\"),
            parts.allSatisfy({ !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }),
            !zip(body, body.dropFirst()).contains(where: { $0 == UInt8(ascii: "*") && $1 == UInt8(ascii: "*") })
        else { return nil }
        source = text
        self.body = Array(body)
        isAnchored = startsAtTop || parts.count > 1
        self.isDirectory = isDirectory
    }

    /// A line of an exclude file (gitignore(5)).
    var excludeLine: [UInt8] {
        var line: [UInt8] = isAnchored ? [slash] : body.first == UInt8(ascii: "#") ? [UInt8(ascii: "\\")] : []
        line += body
        if line.last == UInt8(ascii: " ") { line.insert(UInt8(ascii: "\\"), at: line.count - 1) }
        return line + (isDirectory ? [slash] : [])
    }

    /// Words of a `find` expression. A path has as many slashes as the pattern, so `*` cannot cross one.
    var findWords: [[UInt8]] {
        let kind: [[UInt8]] = isDirectory ? words("-type d") : []
        guard isAnchored else { return kind + words("-name") + [body] }
        let deeper = Array("./".utf8) + Array("*/".utf8).repeated(body.count { $0 == slash } + 1) + Array("*".utf8)
        return kind + words("-path") + [Array("./".utf8) + body] + words("! -path") + [deeper]
    }
}

/// The words of our own text.
func words(_ text: String) -> [[UInt8]] { text.split(separator: " ").map { Array($0.utf8) } }

extension [UInt8] {
    func repeated(_ times: Int) -> [UInt8] { Array(repeatElement(self, count: times).joined()) }
}
