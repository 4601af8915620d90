/// Text for a login shell that nobody knows: bash, dash, ash, ksh, zsh, fish, csh or tcsh.
///
/// A server gives a command to the user's login shell (RFC 4254, section 6.5, leaves open to what). The only words that mean the
/// same in all of them are plain ones and those in single quotes, without what is special within these somewhere: the quote
/// itself, a backslash (fish), an exclamation mark (csh). Those stand outside the quotes behind a backslash.
enum LoginShellText {
    /// Text that makes any login shell become `/bin/sh` and run `command` there.
    ///
    /// Anything but printable ASCII goes through `printf`, because csh takes no line break in quotes, and because what a byte above
    /// 127 is depends on the locale of the login shell.
    static func running(_ command: [UInt8]) -> [UInt8] {
        if command.allSatisfy({ (0x20...0x7E).contains($0) }) { return shell("eval \"$1\"", command) }
        return shell("eval \"$(printf %b \"$1\")\"", octal(command))
    }

    private static func shell(_ script: String, _ argument: [UInt8]) -> [UInt8] {
        [Self.piped, "sh", script].reduce(into: Array("exec /bin/sh -c".utf8)) { $0 += [0x20] + word(Array($1.utf8)) } + [0x20]
            + word(argument)
    }

    /// Gives the command pipes for its outputs, and its status to who waits for it. sshd gives sockets, which programs cannot open
    /// again as `/dev/stdout` and `/dev/stderr`. Descriptor 3 is the pipe of its output, 4 the way of the status, 5 the real output.
    private static let piped = """
        exec 5>&1;exit $({ { { /bin/sh -c "$1" sh "$2" 3>&- 4>&- 5>&-;echo $? >&4;} 2>&1 >&3 3>&- 5>&-|\
        exec cat >&2 3>&- 4>&- 5>&-;} 3>&1|exec cat >&5 4>&- 5>&-;} 4>&1)
        """

    /// One word.
    static func word(_ text: [UInt8]) -> [UInt8] {
        var word: [UInt8] = [quote]
        for byte in text {
            if byte == quote || byte == backslash || byte == UInt8(ascii: "!") {
                word += [quote, backslash, byte, quote]
            } else {
                word.append(byte)
            }
        }
        return word + [quote]
    }

    /// As `%b` of printf(1) reads it.
    private static func octal(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for byte in bytes {
            if byte != backslash, (0x20...0x7E).contains(byte) {
                text.append(byte)
            } else {
                text += [backslash, 0x30, 0x30 + byte >> 6, 0x30 + byte >> 3 & 7, 0x30 + byte & 7]
            }
        }
        return text
    }

    private static let quote = UInt8(ascii: "'")
    private static let backslash = UInt8(ascii: "\\")
}
