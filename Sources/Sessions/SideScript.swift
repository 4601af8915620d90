/// The text by which a channel runs a script of ours, with arguments of any bytes. Pure.
///
/// A login shell may print before the script begins (`~/.bashrc`), so it tells its beginning on both streams with a mark, and
/// on standard error its process, which leads a process group: the engines and sshd start each command in a session of its own.
struct SideScript {
    /// What the channel runs.
    let command: [UInt8]
    /// What goes to its standard input first.
    let preface: [UInt8]
    /// The digits in the marks of its beginning.
    let token: String

    /// What is surely taken as an argument in any place, once every quotation mark has become four bytes.
    static let longestCommand = 28 << 10

    init(_ script: [UInt8], arguments: [[UInt8]], token: String) {
        self.token = token
        let begin = Array("printf '\\036\(token)\\037\\036';printf '\\036\(token)\\037%s\\036' \"$$\">&2;".utf8)
        let whole = Array("set -- ".utf8) + arguments.map(Self.quoted).joined(separator: [UInt8(ascii: " ")]) + [10] + script
        let text = begin + whole
        if text.count + 3 * text.count(where: { $0 == UInt8(ascii: "'") }) <= Self.longestCommand {
            command = text
            preface = []
        } else {
            // A shell's read takes a byte a call, so nothing that follows is swallowed.
            let reader = "x=;while IFS= read -r l&&[ \"$l\" != \(token) ];do x=\"$x$l\n\";done;eval \"$x\""
            command = begin + Array(reader.utf8)
            preface = whole + Array("\n\(token)\n".utf8)
        }
    }

    /// A word of a POSIX shell's command that means these bytes; they hold no NUL.
    static func quoted(_ bytes: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "'")
        return [quote] + bytes.split(separator: quote, omittingEmptySubsequences: false).joined(separator: Array("'\\''".utf8)) + [quote]
    }

    /// Ends the process group of a script.
    ///
    /// - Parameter grace: whole seconds from SIGTERM to SIGKILL.
    static func ending(process: Int32, grace: Int) -> [UInt8] {
        Array("""
            exec >/dev/null 2>&1;kill -s TERM -- -\(process)||exit 0;i=\(grace)
            while [ $i -gt 0 ];do sleep 1;kill -s 0 -- -\(process)||exit 0;i=$((i-1));done;kill -s KILL -- -\(process)
            """.utf8)
    }
}
