internal import Redaction
internal import SecretMemory

/// A place where a secret stands in the clear. It says which, and never shows it.
struct Finding: Hashable {
    let file: String
    let line: Int
    /// `value of shop/development/STRIPE_KEY`, or the label of a token's shape.
    let what: String
}

/// Looks at one text for known values and the shapes of tokens.
struct FileScanner {
    /// A line with this mark is left out.
    static let ignoreMark = Array("execkit:ignore".utf8)

    static func scan(_ file: String, _ text: borrowing SecretBytes, _ matcher: borrowing ValueMatcher) -> [Finding] {
        var found: Set<Finding> = []
        text.withBytes { bytes in
            let lines = lineStarts(bytes)
            func line(_ offset: Int) -> Int {
                var (low, high) = (0, lines.count)
                while low + 1 < high {
                    let middle = (low + high) / 2
                    if lines[middle] <= offset { low = middle } else { high = middle }
                }
                return low + 1
            }
            var ignored: Set<Int> = []
            matcher.search(bytes) { offset, name in
                found.insert(Finding(file: file, line: line(offset), what: "value of \(name)"))
            }
            var known = 0
            var counts: [String: Int] = [:]
            var redactor = Redactor()
            var sink: [UInt8] = []
            for index in lines.indices {
                let end = index + 1 < lines.count ? lines[index + 1] : bytes.byteCount
                var content: [UInt8] = []
                for offset in lines[index]..<end { content.append(bytes.byte(at: offset)) }
                if contains(content, ignoreMark) { ignored.insert(index + 1) }
                redactor.feed(content, into: &sink)
                sink.removeAll(keepingCapacity: true)
                // What is told apart late belongs to the line it ended on, which is near enough to find it.
                if redactor.redactions > known {
                    known = redactor.redactions
                    for (label, count) in redactor.counts where count > counts[label, default: 0] {
                        found.insert(Finding(file: file, line: index + 1, what: label))
                    }
                    counts = redactor.counts
                }
            }
            redactor.finish(into: &sink)
            for (label, count) in redactor.counts where count > counts[label, default: 0] {
                found.insert(Finding(file: file, line: lines.count, what: label))
            }
            found = found.filter { !ignored.contains($0.line) }
        }
        return found.sorted { ($0.line, $0.what) < ($1.line, $1.what) }
    }

    private static func lineStarts(_ bytes: RawSpan) -> [Int] {
        var starts = [0]
        for offset in 0..<bytes.byteCount where bytes.byte(at: offset) == 0x0A && offset + 1 < bytes.byteCount {
            starts.append(offset + 1)
        }
        return starts
    }

    private static func contains(_ line: [UInt8], _ mark: [UInt8]) -> Bool {
        guard line.count >= mark.count else { return false }
        return (0...(line.count - mark.count)).contains { line[$0] == mark[0] && line[$0...].starts(with: mark) }
    }
}
