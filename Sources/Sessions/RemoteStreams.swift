/// Both outputs of a session's channel, and how far the marks of the running command have come on each. Pure.
struct RemoteStreams {
    struct Stream {
        var reader = MarkReader()
        /// The command's beginning was seen: what follows is its output.
        var hasBegun = false
        /// The questions whose marks were seen.
        var turns: Set<Int> = []
        /// The code in the mark of the shell's end.
        var shellEnd: Int?
    }

    var stdout = Stream()
    var stderr = Stream()
    /// The first report of the command, with the directory.
    var report: (report: Report, cwd: String?)?
    /// The last question whose marks were seen on both outputs.
    var answered: Int { stdout.turns.intersection(stderr.turns).max() ?? -1 }

    subscript(stream: OutputStream) -> Stream {
        get { stream == .stdout ? stdout : stderr }
        set { if stream == .stdout { stdout = newValue } else { stderr = newValue } }
    }

    mutating func expect(_ token: MarkReader.Token, _ digits: String) {
        stdout.reader.expect(token, digits)
        stderr.reader.expect(token, digits)
    }

    /// Before a command is given to the shell.
    mutating func begin(begin: String, command: String) {
        expect(.begin, begin)
        expect(.command, command)
        for stream in OutputStream.allCases {
            self[stream].hasBegun = false
            self[stream].turns = []
        }
        report = nil
    }

    /// The report, once both outputs have come to it: everything before it was read.
    var complete: (report: Report, cwd: String?)? {
        guard let report, stdout.turns.contains(report.report.turn) else { return nil }
        return report
    }

    /// The shell's exit code, once both outputs have come to its end.
    var shellEnd: Int? { stdout.shellEnd == nil ? nil : stderr.shellEnd }

    /// Notes the mark of a report on standard error: nonce, the shell's own words, the directory.
    mutating func note(report fields: [ArraySlice<UInt8>], dialect: ShellDialect, nonce: String) {
        guard fields.count >= 2 else { return }
        var reader = ControlReader(dialect: dialect.kind, nonce: nonce)
        guard let found = reader.feed(fields[0] + [UInt8(ascii: "\n")]) else { return }
        // A directory may hold the byte that separates fields.
        let cwd = Array(fields[1...].joined(separator: [RemoteDriver.fieldByte]))
        stderr.turns.insert(found.turn)
        if report == nil { report = (found, cwd.isEmpty ? nil : String(decoding: cwd, as: UTF8.self)) }
    }
}
