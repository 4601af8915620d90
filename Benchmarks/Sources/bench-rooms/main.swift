import CommandPolicy
import Foundation
import Redaction

// Figures of single rooms, in processor time of this process: the redactor on ordinary text beside a memory copy, and
// the fence on everyday commands. `--text KIND FILE` writes a sample, for a measurement by another program; `--dense KIND`
// measures one hostile text, for a profiler; `--values PATTERNS FILE...` the redactor of known values (see `values.py`), and
// `--no-values FILE...` the same without any.

/// Processor seconds of this process so far.
func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
    return user + Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
}

/// The best of some runs, in processor seconds.
func best(of runs: Int = 7, _ body: () -> Void) -> Double {
    (0..<runs).map { _ in
        let began = processorSeconds()
        body()
        return processorSeconds() - began
    }.min() ?? 0
}

struct Row: Encodable {
    let name: String
    let value: Double
    let unit: String
    let target: String
}

/// How fast a text goes through the redactor, in bytes a second.
func redactionRate(_ text: [UInt8], runs: Int = 7) -> Double {
    var sink = 0
    let seconds = best(of: runs) {
        var redactor = Redactor()
        var out: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: 65_536) {
            out.removeAll(keepingCapacity: true)
            redactor.feed(text[start..<min(start + 65_536, text.count)], into: &out)
            sink &+= out.count
        }
        out.removeAll(keepingCapacity: true)
        redactor.finish(into: &out)
        sink &+= out.count
    }
    precondition(sink > 0)
    return Double(text.count) / seconds
}

func redaction(_ kind: Sample, _ copy: Double) -> Row {
    let rate = redactionRate(kind.text(bytes: 64 << 20)) / 1e9
    return Row(name: "redaction of \(kind.rawValue)", value: rate, unit: "GB/s", target: "1.0; copying: \(String(format: "%.1f", copy))")
}

/// The worst that someone can print: text dense with what the redactor must look at closely.
func denseRedaction(_ kind: DenseSample) -> Row {
    Row(
        name: "redaction of \(kind.rawValue)", value: redactionRate(kind.text(bytes: 16 << 20), runs: 3) / 1e6, unit: "MB/s",
        target: "40")
}

func memoryCopy() -> Double {
    let text = Sample.log.text(bytes: 64 << 20)
    var out = [UInt8](repeating: 0, count: 65_536)
    let seconds = best {
        text.withUnsafeBytes { source in
            for start in stride(from: 0, to: text.count - 65_536, by: 65_536) {
                out.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[start..<start + 65_536])) }
            }
        }
    }
    return Double(text.count) / seconds / 1e9
}

func fence(_ name: String, _ command: String, times: Int, target: String) -> Row {
    let policy = CommandPolicy()
    let bytes = Array(command.utf8)
    var denied = 0
    let seconds = best { for _ in 0..<times where policy.judge(bytes).outcome == .deny { denied += 1 } }
    return Row(name: name, value: seconds / Double(times) * 1e6, unit: "µs", target: target)
}

let arguments = CommandLine.arguments
if arguments.count == 4, arguments[1] == "--text", let kind = Sample(rawValue: arguments[2]) {
    try Data(kind.text(bytes: 64 << 20)).write(to: URL(fileURLWithPath: arguments[3]))
    exit(0)
}

if arguments.count == 3, arguments[1] == "--dense", let kind = DenseSample(rawValue: arguments[2]) {
    let row = denseRedaction(kind)
    print("\(row.name) \(row.value) \(row.unit)")
    exit(0)
}

if arguments.count >= 4, arguments[1] == "--values" {
    let values = try ValueRates(writingTo: arguments[2])
    for path in arguments[3...] { try values.measure(path) }
    exit(0)
}

if arguments.count >= 3, arguments[1] == "--no-values" {
    let none = try ValueRates()
    for path in arguments[2...] { try none.measure(path) }
    exit(0)
}

let copy = memoryCopy()
var rows = Sample.allCases.map { redaction($0, copy) }
rows += DenseSample.allCases.map(denseRedaction)
rows.append(fence("fence: an everyday command of 1 KB", Sample.everydayCommand, times: 2_000, target: "20 µs"))
let pipeline = Array(repeating: "cat", count: 9_999).joined(separator: " | ") + " | rm -rf /"
rows.append(fence("fence: a pipeline of 10,000 parts", pipeline, times: 20, target: "bounded, judged to the end"))

/// What the fence and the redactor add to a call of `session_exec ":"`: one verdict, and three short texts.
func addedToEmptyCall() -> Row {
    let policy = CommandPolicy()
    let command = Array(":".utf8)
    let times = 20_000
    var work = 0
    let seconds = best {
        for _ in 0..<times {
            if policy.judge(command).outcome == .allow { work += 1 }
            for text in [command, [], []] { work += Redactor.redact(text).text.count }
        }
    }
    precondition(work > 0)
    return Row(
        name: "fence and redaction of a \":\" call", value: seconds / Double(times) * 1e6, unit: "µs",
        target: "5 % of the call's time, above")
}

rows.append(addedToEmptyCall())

if arguments.contains("--json") {
    print(String(decoding: try JSONEncoder().encode(rows), as: UTF8.self))
} else {
    for row in rows {
        let name = row.name.padding(toLength: 46, withPad: " ", startingAt: 0)
        print("\(name) \(String(format: "%10.2f", row.value)) \(row.unit)   target: \(row.target)")
    }
}
