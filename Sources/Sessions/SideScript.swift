/// The text by which a channel runs a script of ours, with arguments of any bytes. Pure.
///
/// The script comes on standard input, behind the line that takes it and before what it reads itself: engines take no command that is not UTF-8, some login
/// shells none of several lines, SSH none of more than 32 KiB; and it shows in no process list. A login shell may print before
/// it (`~/.bashrc`), so it tells its beginning on both streams with a mark, and on standard error its process.
struct SideScript {
    /// What the channel runs: it reads one line, and evaluates it.
    static let command = RemoteDriver.bootstrap
    /// What goes to its standard input first.
    let preface: [UInt8]
    /// The script with its arguments, up to the line that ends it.
    private let text: [UInt8]
    /// The digits in the marks of its beginning.
    let token: String

    /// - Parameters:
    ///   - script: without NUL.
    ///   - token: 32 random hexadecimal digits, for one use.
    init(_ script: [UInt8], arguments: [[UInt8]], token: String) {
        self.token = token
        let words = arguments.map(Self.quoted).joined(separator: [UInt8(ascii: " ")])
        text = Array("set -- ".utf8) + words + [10] + script + Array("\n\(token)\n".utf8)
        preface = Array((Self.hello(token) + Self.reading(token) + "&&eval \"$x\"\n").utf8) + text
    }

    /// The first line of a channel that takes scripts one after the other (`SideShell`): each comes behind a line with its token.
    static func shell(_ hello: String) -> [UInt8] {
        let end = "'\\036%s\\037%s\\036' \"$t\" \"$s\""
        return Array(
            (Self.hello(hello) + "cd /;while IFS= read -r t;do " + reading("\"$t\"")
                + "||exit;(eval \"$x\")</dev/null;s=$?;printf \(end);printf \(end)>&2;done\n").utf8)
    }

    /// For such a shell.
    var shellInput: [UInt8] { Array("\(token)\n".utf8) + text }

    private static func hello(_ token: String) -> String {
        "printf '\\036\(token)\\037\\036';printf '\\036\(token)\\037%s\\036' \"$$\">&2;"
    }

    /// Takes the lines up to one that is the token; fails when the input ends before, so that no half of a script runs. A shell's
    /// read takes a byte a call, so nothing that follows is swallowed.
    private static func reading(_ token: String) -> String {
        "x=$(while IFS= read -r l;do [ \"$l\" = \(token) ]&&exit;printf '%s\\n' \"$l\";done;exit 1)"
    }

    /// A word of a POSIX shell's command that means these bytes; they hold no NUL.
    static func quoted(_ bytes: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "'")
        return [quote] + bytes.split(separator: quote, omittingEmptySubsequences: false).joined(separator: Array("'\\''".utf8)) + [quote]
    }
}
