/// The severity of a log message (RFC 5424 section 6.2.1), least severe first.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    case debug, info, notice, warning, error, critical, alert, emergency

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
