/// What the feeder of a remote session is sent: lines of one letter and what it is about.
extension ShellDialect {
    /// The dialect of the kind a remote shell tells.
    init?(remoteKind: ArraySlice<UInt8>) {
        switch String(decoding: remoteKind, as: UTF8.self) {
        case "bash": self.init(executable: "bash")
        case "dash": self.init(executable: "dash")
        case "posix": self.init(executable: "sh")
        default: return nil
        }
    }

    /// The descriptors on which a remote shell has the channel's outputs. Beyond 9 in bash, which scripts rarely use; the
    /// others cannot name such.
    private var outputs: (stdout: Int32, stderr: Int32) {
        kind == .bash ? (Slot.stdout, Slot.stderr) : (7, 8)
    }

    /// The lines for one command. The report is asked for on the line that holds the command, which the shell has read
    /// as a whole when the command begins: while it runs, the nonce is nowhere but in the memory of that shell.
    ///
    /// - Parameter input: the file its standard input is read from; `nil` is /dev/null.
    func remoteLines(command: [UInt8], frame: Frame, input: String?) -> [UInt8] {
        var text = [UInt8]()
        text.reserveCapacity(command.count + command.count / 8 + 256)
        text += "\\unset -f eval;".utf8
        let status = frame.previousStatus
        if status != 0 {
            text += frame.stopsAtErrors ? "if (\\exit \(status));then :;else ".utf8 : "(\\exit \(status));".utf8
        }
        text += "\\eval ".utf8
        quote(command + remoteStatusLine(behind: command, isOn: frame.stopsAtErrors), into: &text)
        let (out, err) = outputs
        // All that is redirected here is as before at the end of the eval, whatever the command did to it; and what it
        // starts inherits neither the control pipes nor the channel's outputs under their own numbers. The assignment
        // happens when the input could be opened.
        text += " 0<\(input ?? "/dev/null") 1>&\(out) 2>&\"$(((_execkit=\(frame.begin))*0+\(err)))\" \(out)>&- \(err)>&-".utf8
        if status != 0, frame.stopsAtErrors { text += ";fi".utf8 }
        text.append(UInt8(ascii: ";"))
        text += report(nonce: frame.nonce)
        return Self.feed(text)
    }

    private func remoteStatusLine(behind command: [UInt8], isOn: Bool) -> [UInt8] {
        let line = statusLine(behind: command, isOn: isOn)
        return line.isEmpty ? line : Array("\n{ _execkit=${_execkit-},$?;} >/dev/null 2>&1".utf8)
    }

    /// Shell text as the feeder hands it on: each of its lines behind a colon.
    static func feed(_ text: [UInt8]) -> [UInt8] {
        var lines = [UInt8]()
        lines.reserveCapacity(text.count + 16)
        var isAtStart = true
        for byte in text {
            if isAtStart { lines.append(UInt8(ascii: ":")) }
            lines.append(byte)
            isAtStart = byte == UInt8(ascii: "\n")
        }
        if !isAtStart { lines.append(UInt8(ascii: "\n")) }
        return lines
    }

    /// Bytes as a format of `printf` that prints them, in one word without anything a shell or `read` would change.
    static func octal(_ bytes: [UInt8]) -> [UInt8] {
        var text = [UInt8]()
        text.reserveCapacity(bytes.count * 4)
        for byte in bytes {
            // Letters and blanks stay: most text is short.
            if byte | 0x20 >= UInt8(ascii: "a"), byte | 0x20 <= UInt8(ascii: "z") {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "\\"), 0x30 + byte >> 6, 0x30 + byte >> 3 & 7, 0x30 + byte & 7]
            }
        }
        return text
    }

    /// One word of shell text that is `value`.
    static func word(_ value: String) -> String {
        "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
