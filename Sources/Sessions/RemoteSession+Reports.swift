internal import EventLoop
internal import Spawn

/// What comes back from the other end: output, marks, the end.
extension RemoteSession {
    func hear(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
        if shell == nil, stream == .stderr { said += bytes.prefix(max(0, 4096 - said.count)) }
        // Taken out for the time of the call: what comes of a mark may begin the next command.
        var pieces: [MarkReader.Piece] = []
        streams[stream].reader.feed(bytes) { pieces.append($0) }
        for piece in pieces {
            switch piece {
            case .output(let bytes): take(stream, bytes)
            case .mark(let token, let fields): note(stream, token, fields)
            }
        }
    }

    private func take(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
        if let current, streams[stream].hasBegun, end == nil {
            current.take(stream, bytes)
        } else {
            lateBytes += bytes.count
        }
    }

    private func note(_ stream: OutputStream, _ token: MarkReader.Token, _ fields: [ArraySlice<UInt8>]) {
        switch (token, fields.first?.first) {
        case (.hello, _):
            greeted(fields)
        case (.begin, UInt8(ascii: "B")):
            guard !streams[stream].hasBegun else { return }
            streams[stream].hasBegun = true
            current?.lateBytesDropped += lateBytes
            lateBytes = 0
        case (.begin, UInt8(ascii: "S")):
            swept(Self.number(fields[0].dropFirst()))
        case (.command, _):
            guard let shell, end == nil else { return }
            if stream == .stderr {
                streams.note(report: fields, dialect: shell.dialect, nonce: nonce)
            } else if let turn = Self.number(fields[0]) {
                streams.stdout.turns.insert(turn)
            }
            reported()
        case (.secret, UInt8(ascii: "X")):
            streams[stream].shellEnd = Self.number(fields[0].dropFirst())
            if let code = streams.shellEnd { shellEnded(code) }
        case (.secret, UInt8(ascii: "L")):
            leaving?.found(Self.number(fields[0].dropFirst()) ?? 0)
        default:
            break
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? { Int(String(decoding: digits, as: UTF8.self)) }

    /// The shell is there. What it is told first is the session's own, before any command.
    private func greeted(_ fields: [ArraySlice<UInt8>]) {
        guard shell == nil, end == nil else { return }
        guard let shell = RemoteShell(fields) else { return finish(.placeLost(.noShell), status: Self.lostStatus) }
        self.shell = shell
        said = []
        channel?.write(Array("@\(shell.process)\n".utf8) + ShellDialect.feed(shell.dialect.initialText))
        if let opening = openingCommand {
            let execution = Execution(ExecRequest(command: opening), session: self, loop: loop, progress: nil) {
                [weak self] result in
                guard let self, end == nil, case .success(let outcome) = result, outcome.exitCode != 0 else { return }
                finish(.placeLost(.noDirectory), status: outcome.exitCode)
            }
            queue.insert(execution, at: 0)
        }
        startNext()
    }

    /// Goes to the directory and sets the variables that the session was asked to have.
    private var openingCommand: [UInt8]? {
        var parts: [String] = []
        for variable in options.environment {
            parts.append("export \(variable.name)=\(ShellDialect.word(variable.value))")
        }
        if let directory = options.workingDirectory { parts.append("cd -- \(ShellDialect.word(directory))") }
        return parts.isEmpty ? nil : Array(parts.joined(separator: "\n").utf8)
    }

    private func reported() {
        answered = max(answered, streams.answered)
        if let current, let (report, cwd) = streams.complete { conclude(current, report, cwd) }
        startNext()
    }

    private func conclude(_ execution: Execution, _ report: Report, _ cwd: String?) {
        stopsAtErrors = report.stopsAtErrors
        let hadInput = inputFile != nil
        forgetInput()
        // An interrupted shell may have dropped the line of the command before it began: then nothing is lost.
        if execution.interruption == nil, let frame = execution.frame, let begin = report.begin,
            begin == frame.begin - 1 || begin == 0
        {
            if hadInput {
                // Its file could not be made or read. The shell is as it was.
                current = nil
                execution.fail(.noPlaceForInput)
                return
            }
            return finish(.descriptorsLost, status: report.status)
        }
        lastStatus = report.status
        if execution.interruption != nil { startSweep() }
        conclude(execution, status: report.status, cwd: cwd, sessionEnd: nil)
    }

    func conclude(_ execution: Execution, status: Int, cwd: String?, sessionEnd: SessionEnd?) {
        current = nil
        lastUsed = loop.now
        if let cwd { directory = cwd }
        execution.finish(status: status, cwd: cwd, sessionEnd: sessionEnd)
    }

    /// The file of the input, once the command has opened it.
    func forgetInput() {
        guard inputFile != nil else { return }
        inputFile = nil
        channel?.write(Array("-\n".utf8))
    }

    private func shellEnded(_ code: Int) {
        guard end == nil else { return }
        guard let shell else { return finish(.placeLost(.noShell), status: code) }
        current?.stderr.hide(suffix: shell.dialect.exitNotice)
        finish(.shellEnded(.code(Int32(clamping: code))), status: code)
    }

    func channelEnded(_ remote: RemoteEnd) {
        channel = nil
        for stream in OutputStream.allCases {
            let rest = streams[stream].reader.finish()
            if !rest.isEmpty { take(stream, rest[...]) }
        }
        if let leaving { return leaving.channelEnded() }
        place.explain(remote, said: shell == nil ? said : nil) { [weak self] failure in
            guard let self, end == nil else { return }
            finish(.placeLost(failure), status: Self.lostStatus)
        }
    }
}
