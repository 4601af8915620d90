/// What a verification found.
public struct AuditReport: Equatable, Sendable {
    /// Whole records read, up to the first fault.
    public var records = 0
    /// The identity in the `begin` record.
    public var file: String?
    /// The newest good record: worth keeping elsewhere and giving to a later verification.
    public var head: AuditHead?
    /// Lines that a crash tore and a `recovered` record accounts for.
    public var tornLines = 0
    /// Records newer than the head file names. One is usual after a crash between the two writes.
    public var beyondHead = 0
    /// The first fault, or nil: the chain is whole.
    public var fault: AuditFault?

    public init() {}
}

/// The first thing wrong in a log, and where.
public struct AuditFault: Equatable, Sendable {
    /// The line, counted from 1. For something missing at the end: the line where it should be.
    public let line: Int
    /// The number of the first bad or missing record.
    public let seq: Int
    public let kind: Kind

    public init(line: Int, seq: Int, kind: Kind) {
        self.line = line
        self.seq = seq
        self.kind = kind
    }

    public enum Kind: Equatable, Sendable {
        /// There is nothing in the file.
        case empty
        /// The line is not a record.
        case malformed
        /// The file ends in the middle of a line: a crash, or a cut.
        case torn
        /// The record does not have the hash it states: it was edited.
        case edited
        /// The record's number is `found`: records are missing, doubled or out of order.
        case order(found: Int)
        /// The record does not follow from the one before: something was put in its place or before it.
        case unchained
        /// The log ends here, the head names records up to `to`.
        case truncated(to: Int)
        /// Records up to `to` were gone when the log was taken up; the log itself recorded that.
        case missing(to: Int)
        /// An earlier log of this name was gone when this one was begun; the log itself recorded that.
        case lost
        /// The head has another hash for this record: the log was rewritten from here or earlier.
        case rewritten
        /// The head belongs to another log: one of the two was swapped.
        case swapped
        /// The log was begun under another name: it was moved or put in another's place.
        case renamed
        /// The index of the directory names this log, and it is gone.
        case deleted
        /// There is no head file, or it is damaged: a cut at the end would not show.
        case headless
    }

    /// A sentence that names the record.
    public var explanation: String {
        "record \(seq) (line \(line)): \(reason)"
    }

    private var reason: String {
        switch kind {
        case .empty: "the file is empty"
        case .malformed: "the line is not an audit record"
        case .torn: "the file ends in the middle of this line"
        case .edited: "its content does not match its hash"
        case .order(let found): "record \(found) stands in its place"
        case .unchained: "it does not follow from the record before it"
        case .truncated(let to): "records \(seq) to \(to) were cut off"
        case .missing(let to): "records \(seq) to \(to) were gone when the log was taken up"
        case .lost: "an earlier log of this name was gone when this one was begun"
        case .rewritten: "it is not the record that the head file names"
        case .swapped: "the head file belongs to another log"
        case .renamed: "the log was begun under another name"
        case .deleted: "the index names this log, and it is gone"
        case .headless: "the head file is missing or damaged, so a cut at the end would not show"
        }
    }
}
