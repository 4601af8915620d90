import AuditLog
import PrivateFiles

/// Takes records in, and writes them at once, or keeps the newest until the end.
struct AuditSink {
    let form: AuditReading.Form
    let limit: Int?
    /// Whether "newest" goes by the time stamps: across logs, which have no common order.
    let isByTime: Bool
    let console: Console

    private struct Kept {
        let time: Int
        let place: Int
        let text: [UInt8]
    }

    private var kept: [Kept] = []
    private var count = 0

    init(form: AuditReading.Form, limit: Int?, isByTime: Bool, console: Console) {
        self.form = form
        self.limit = limit
        self.isByTime = isByTime
        self.console = console
    }

    /// Takes in the records of one log that meet the filter.
    mutating func read(_ name: String, in directory: borrowing Directory, _ filter: AuditFilter) throws(FileError) {
        // A copy for the closure: `self` cannot be changed from within it and given back on the way out of a throw.
        var sink = self
        defer { self = sink }
        try AuditVerifier.eachRecord(of: name, in: directory) { record, line in
            if filter.matches(record) { sink.take(record, line) }
        }
    }

    private mutating func take(_ record: AuditRecord, _ line: ArraySlice<UInt8>) {
        let text = form == .text ? Array(AuditText.of(record).utf8) : Array(line) + [0x0a]
        guard let limit else {
            console.say(text[...])
            return
        }
        count += 1
        kept.append(Kept(time: isByTime ? record.ts : 0, place: count, text: text))
        if kept.count >= 2 * limit { thin(to: limit) }
    }

    private mutating func thin(to limit: Int) {
        kept.sort { ($0.time, $0.place) < ($1.time, $1.place) }
        kept.removeFirst(max(0, kept.count - limit))
    }

    /// Writes what was kept.
    mutating func finish() {
        guard let limit else { return }
        thin(to: limit)
        for entry in kept { console.say(entry.text[...]) }
        kept = []
    }
}
