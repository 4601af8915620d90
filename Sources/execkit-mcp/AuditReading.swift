import AuditLog
import EventLoop
import PrivateFiles

/// `audit show` and `audit export`: the records that meet a filter, as text or as their own lines.
///
/// A single log is given in the order of its records. A directory is given log by log in the order of their names; with
/// `--limit` its newest records are given in the order of their time.
enum AuditReading {
    enum Form { case text, lines }

    private static let options: Set = ["--since", "--until", "--session", "--type", "--result", "--limit"]
    private static let mostKept = 1_000_000

    static func run(_ arguments: [String], form: Form, console: Console) -> Int32 {
        guard let words = Arguments(arguments, verb: "audit", options: options, most: 1, console: console),
            let filter = filter(words, console), let limit = limit(words, console)
        else { return Commands.usageFault }
        guard let target = AuditTarget.find(words.words.first, console: console) else { return 1 }
        switch target {
        case .file(let path):
            var sink = AuditSink(form: form, limit: limit.most, isByTime: false, console: console)
            do throws(FileError) {
                let directory = try Directory(holding: path)
                try sink.read(path.name ?? "", in: directory, filter)
            } catch {
                AuditTarget.complain(path, error, console)
                return 1
            }
            sink.finish()
            return 0
        case .directory(let path):
            return read(path, filter, AuditSink(form: form, limit: limit.most, isByTime: true, console: console), console)
        }
    }

    private static func read(_ path: AbsolutePath, _ filter: AuditFilter, _ sink: AuditSink, _ console: Console) -> Int32 {
        var sink = sink
        var code: Int32 = 0
        do throws(FileError) {
            let directory = try Directory(at: path)
            for name in try directory.names() where name.hasSuffix(".jsonl") {
                do throws(FileError) {
                    try sink.read(name, in: directory, filter)
                } catch {
                    // One file that cannot be read must not hide the others.
                    console.complain("execkit-mcp: \(Printable.line(name)): \(error.explanation)\n")
                    code = 1
                }
            }
        } catch {
            AuditTarget.complain(path, error, console)
            return 1
        }
        sink.finish()
        return code
    }

    // MARK: Options; nil after a complaint

    private static func filter(_ words: Arguments, _ console: Console) -> AuditFilter? {
        var filter = AuditFilter(session: words.value("--session"))
        let now = Int(SystemClock.wallMilliseconds)
        for option in ["--since", "--until"] {
            guard let text = words.value(option) else { continue }
            guard let time = TimePoint.parse(text, now: now, endOfDay: option == "--until") else {
                Arguments.complain("\(option) takes 2026-01-31, 2026-01-31T08:00:00Z, or an age such as 24h or 7d", "audit", console)
                return nil
            }
            if option == "--since" { filter.from = time } else { filter.to = time }
        }
        let types = words.list("--type")
        if !types.isEmpty { filter.types = Set(types.map(AuditType.init(rawValue:))) }
        var results: Set<AuditResult> = []
        for text in words.list("--result") {
            guard let result = AuditResult(rawValue: text) else {
                let known = AuditResult.allCases.map(\.rawValue).joined(separator: ", ")
                Arguments.complain("--result takes: \(known)", "audit", console)
                return nil
            }
            results.insert(result)
        }
        if !results.isEmpty { filter.results = results }
        return filter
    }

    private static func limit(_ words: Arguments, _ console: Console) -> (most: Int?, Void)? {
        guard let text = words.value("--limit") else { return (nil, ()) }
        guard let most = Int(text), (1...mostKept).contains(most) else {
            Arguments.complain("--limit takes a whole number, 1 to \(mostKept)", "audit", console)
            return nil
        }
        return (most, ())
    }
}
