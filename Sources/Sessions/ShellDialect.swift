/// How to talk to one kind of shell. Pure text: what is sent for a command, and what comes back at its end.
///
/// The shell is interactive without a terminal, since only such a shell comes back to its prompt when a command, even a
/// builtin endless loop, is interrupted. Its standard input and error are the control channel, its standard output is
/// /dev/null. A command is the argument of one `eval` whose descriptors are redirected for that one call, so
///
/// - whatever it does to descriptors 0, 1 and 2 is undone at its end;
/// - what it starts inherits no end of the control channel: the shell's saved copies are close-on-exec;
/// - a syntax error stays inside the `eval`.
///
/// The line behind it is the report. It is an expansion that fails on purpose, because its message, on the shell's
/// standard error, needs no builtin, function, variable, alias or prompt that a command could have replaced. It holds
/// the status and a nonce that is made for this command and not in its text.
struct ShellDialect: Equatable, Sendable {
    /// Numbers of the descriptors a shell gets besides 0, 1 and 2.
    enum Slot {
        static let stdout: Int32 = 40
        static let stderr: Int32 = 41
        static let null: Int32 = 42
        static let stdin: Int32 = 43
    }

    enum Kind: Equatable, Sendable {
        case bash
        /// dash, ash and the like. They name descriptors 0 to 9 only, so the others are opened by their path in
        /// `/proc`; a command cannot even name them.
        case posix
    }

    let kind: Kind

    /// Whether the report may be asked for with the command. The ash of busybox reads lines through a buffer that
    /// its own applets inherit: they would find the question on their standard input.
    let asksAhead: Bool

    /// By the file name of the shell.
    init(executable: String) {
        let name = executable.split(separator: "/").last ?? ""
        kind = name == "bash" ? .bash : .posix
        asksAhead = name == "bash" || name == "dash"
    }

    /// Whether the shell's own standard output, while no command runs, is that of its commands. In dash the trap of an
    /// exit prints there. In bash traps for the lines that frame a command would too, in busybox the prompt.
    var showsOwnOutput: Bool { kind == .posix && asksAhead }

    /// Argument 0 and the options. `multicall` names the applet of a program that is many.
    func arguments(executable: String) -> [String] {
        let name = executable.split(separator: "/").last.map(String.init) ?? executable
        switch kind {
        case .bash: return ["bash", "--norc", "--noprofile", "--noediting", "+o", "history", "+H", "-i"]
        case .posix: return name == "busybox" ? ["sh", "-i"] : [name, "-i"]
        }
    }

    /// What a shell is told once. No prompts, no job notices in the way, no history, no mail.
    var initialText: [UInt8] {
        switch kind {
        case .bash: Array("PS1= PS2= PS4='+ ';set +m;unset MAILCHECK HISTFILE\n".utf8)
        case .posix: Array("PS1= PS2=\n".utf8)
        }
    }

    /// What comes before and after a command.
    struct Frame: Equatable, Sendable {
        /// Set in the shell when all redirections of the command have worked. Not secret.
        let begin: UInt32
        /// In the report. 32 hexadecimal digits.
        let nonce: String
        /// `$?` as the command is to find it.
        let previousStatus: Int
        /// Whether `set -e` is on.
        let stopsAtErrors: Bool
        /// Whether the command reads what the stdin slot holds, else /dev/null.
        let hasInput: Bool
    }

    /// The lines for one command: it, and the report where it may be asked for ahead.
    func lines(command: [UInt8], frame: Frame) -> [UInt8] {
        var text = [UInt8]()
        text.reserveCapacity(command.count + command.count / 8 + 256)
        // A user's function of this name would be called in place of the builtin.
        text += "\\unset -f eval;".utf8
        let status = frame.previousStatus
        if status != 0 {
            // In an errexit shell a plain failing subshell would end it. Not always so, as `if` can be an alias.
            text += frame.stopsAtErrors ? "if (\\exit \(status));then :;else ".utf8 : "(\\exit \(status));".utf8
        }
        text += "\\eval ".utf8
        quote(command + statusLine(behind: command, isOn: frame.stopsAtErrors), into: &text)
        text += redirections(frame).utf8
        if status != 0, frame.stopsAtErrors { text += ";fi".utf8 }
        text.append(UInt8(ascii: "\n"))
        if asksAhead { text += report(nonce: frame.nonce) }
        return text
    }

    /// The report alone, to ask again: an interrupted shell drops a line now and then, dash drops all it has read when
    /// something fails in its parser or an expansion, also in a report. `turn` counts the questions of one command.
    func report(nonce: String, turn: Int = 0) -> [UInt8] {
        switch kind {
        case .bash: Array("$(($? @\(nonce)x\(turn) ${_execkit-}.$-))\n".utf8)
        case .posix: Array("${E_\(nonce)x\(turn)?$? ${_execkit-}.$-}\n".utf8)
        }
    }

    /// Whether the shell may throw away input without being interrupted. Then the report must be asked for again.
    var dropsInput: Bool { kind == .posix }

    /// What the shell itself prints on a command's standard error when it exits.
    var exitNotice: [UInt8] { kind == .bash ? Array("exit\n".utf8) : [] }

    /// Bytes that are part of a word wherever they stand.
    private static let isInert: [Bool] = (UInt8.min...UInt8.max).map { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || "_./-,:+@".utf8.contains(byte)
    }

    /// `\ooo` for each byte.
    private static let escapes: [[UInt8]] = (UInt8.min...UInt8.max).map { byte in
        [UInt8(ascii: "\\"), 0x30 + byte >> 6, 0x30 + byte >> 3 & 7, 0x30 + byte & 7]
    }

    private func redirections(_ frame: Frame) -> String {
        // The assignment stands in the last redirection: it happens when the others have worked. Quoted, because IFS
        // may hold digits.
        switch kind {
        case .bash:
            let output = " 1>&\(Slot.stdout) 2>&\(Slot.stderr) "
            // A memory file is opened anew, so that every command reads from its start.
            return output + (frame.hasInput
                ? "0</proc/self/fd/\"$((_execkit=\(frame.begin),\(Slot.stdin)))\""
                : "0<&\"$((_execkit=\(frame.begin),\(Slot.null)))\"")
        case .posix:
            let slot = frame.hasInput ? Slot.stdin : Slot.null
            return " 1>/proc/self/fd/\(Slot.stdout) 2>/proc/self/fd/\(Slot.stderr)"
                + " 0</proc/self/fd/\"$(((_execkit=\(frame.begin))*0+\(slot)))\""
        }
    }

    /// One word that is `command` again once the shell has read it.
    func quote(_ command: [UInt8], into text: inout [UInt8]) {
        switch kind {
        case .bash:
            // One line whatever it holds: no second prompt, and nothing for history expansion. And nothing that means
            // something outside of quotes: an interruption makes bash drop what it has read of a line, and the rest of
            // it, read as a line of its own, must be one word that is no command.
            text += "$'".utf8
            for byte in command {
                if Self.isInert[Int(byte)] { text.append(byte) } else { text += Self.escapes[Int(byte)] }
            }
            text.append(UInt8(ascii: "'"))
        case .posix:
            text.append(UInt8(ascii: "'"))
            for byte in command {
                if byte == UInt8(ascii: "'") { text += "'\\''".utf8 } else { text.append(byte) }
            }
            text.append(UInt8(ascii: "'"))
        }
    }
}
