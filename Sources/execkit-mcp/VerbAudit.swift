import AuditLog
import PrivateFiles

/// `audit verify | show | export [PATH] …`: checks and reads the record. Nothing here writes to it.
enum VerbAudit {
    static func run(_ arguments: [String], console: Console) -> Int32 {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "verify": return verify(rest, console)
        case "show": return AuditReading.run(rest, form: .text, console: console)
        case "export": return AuditReading.run(rest, form: .lines, console: console)
        default:
            Arguments.complain("audit takes verify, show or export", "audit", console)
            return Commands.usageFault
        }
    }

    private static func verify(_ arguments: [String], _ console: Console) -> Int32 {
        guard let words = Arguments(arguments, verb: "audit", options: ["--expect"], most: 1, console: console) else {
            return Commands.usageFault
        }
        let expected = words.value("--expect").map(head)
        if case .some(nil) = expected {
            Arguments.complain("--expect takes FILE:SEQ:HASH, as verify prints it", "audit", console)
            return Commands.usageFault
        }
        guard let target = AuditTarget.find(words.words.first, console: console) else { return 1 }
        switch target {
        case .file(let path):
            return verify(file: path, expected: expected ?? nil, console)
        case .directory(let path):
            guard expected == nil else {
                Arguments.complain("--expect is for one log, not for a directory", "audit", console)
                return Commands.usageFault
            }
            return verify(directory: path, console)
        }
    }

    private static func verify(file path: AbsolutePath, expected: AuditHead?, _ console: Console) -> Int32 {
        do throws(FileError) {
            let directory = try Directory(holding: path)
            let name = path.name ?? ""
            var report = try AuditVerifier.verify(name, in: directory)
            if report.fault == nil, let expected {
                report = try AuditVerifier.verify(name, in: directory, known: expected)
            }
            console.say(lines(path.text, report))
            return report.fault == nil ? 0 : 1
        } catch {
            AuditTarget.complain(path, error, console)
            return 1
        }
    }

    private static func verify(directory path: AbsolutePath, _ console: Console) -> Int32 {
        do throws(FileError) {
            let directory = try Directory(at: path)
            guard try directory.info(AuditDirectory.indexName) != nil else {
                console.complain(
                    "execkit-mcp: \(Printable.line(path.text)): there is no \(AuditDirectory.indexName), so what is missing cannot be known\n")
                return 1
            }
            let reports = try AuditVerifier.verify(directory: directory)
            for report in reports {
                switch report.result {
                case .success(let found): console.say(lines(report.name, found))
                case .failure(let error): console.say("\(Printable.line(report.name)): \(error.explanation)\n")
                }
            }
            let known = Set(reports.map(\.name))
            let strangers = try directory.names().filter { $0.hasSuffix(".jsonl") && !known.contains($0) }
            for name in strangers { console.say("\(Printable.line(name)): the index does not know this file\n") }
            let bad = reports.count { !$0.isWhole } + strangers.count
            console.say(bad == 0 ? "\(reports.count) files, all whole\n" : "\(bad) of \(reports.count + strangers.count) files are not whole\n")
            return bad == 0 ? 0 : 1
        } catch {
            AuditTarget.complain(path, error, console)
            return 1
        }
    }

    private static func lines(_ name: String, _ report: AuditReport) -> String {
        let name = Printable.line(name)
        guard report.fault == nil else { return "\(name): \(report.fault?.explanation ?? "")\n" }
        var text = "\(name): whole, \(report.records) records\n"
        if report.tornLines > 0 { text += "  torn by a crash and accounted for: \(report.tornLines) lines\n" }
        if report.beyondHead > 0 { text += "  newer than the head file: \(report.beyondHead) records (1 is usual after a crash)\n" }
        if let head = report.head { text += "  head \(head.file):\(head.seq):\(head.hash)\n" }
        return text
    }

    /// A head as `verify` prints it.
    private static func head(_ text: String) -> AuditHead? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, isHex(parts[0], 32), let seq = Int(parts[1]), seq >= 0, isHex(parts[2], 64) else { return nil }
        return AuditHead(file: parts[0], seq: seq, hash: parts[2])
    }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
