/// A published revision of the Model Context Protocol.
public enum Revision: String, CaseIterable, Comparable, Sendable {
    case v2024_11_05 = "2024-11-05"
    case v2025_03_26 = "2025-03-26"
    case v2025_06_18 = "2025-06-18"
    case v2025_11_25 = "2025-11-25"
    case v2026_07_28 = "2026-07-28"

    /// The newest revision with a handshake, offered when a client asks for one that is not served.
    public static let newestLegacy = Revision.v2025_11_25

    /// Revisions without a handshake, in which every request names its revision.
    public static let modern = allCases.filter(\.isModern)

    public static func < (left: Revision, right: Revision) -> Bool { left.rawValue < right.rawValue }

    /// Whether this is a revision without a handshake.
    public var isModern: Bool { self >= .v2026_07_28 }
    /// Whether a batch of messages must be accepted.
    var hasBatches: Bool { self == .v2025_03_26 }
    /// Whether tools have annotations.
    var hasAnnotations: Bool { self >= .v2025_03_26 }
    /// Whether progress has a message.
    var hasProgressMessage: Bool { self >= .v2025_03_26 }
    /// Whether `title`, `outputSchema`, `structuredContent` and `_meta` of tools exist.
    var hasStructuredContent: Bool { self >= .v2025_06_18 }
    /// Whether the server may ask the user something.
    var hasElicitation: Bool { self >= .v2025_06_18 }
    /// Whether implementation info has `description` and `websiteUrl`.
    var hasImplementationDetails: Bool { self >= .v2025_11_25 }
}
