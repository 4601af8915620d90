public import KeeperProtocol
public import SecretMemory

/// Opened secrets: what is known of them, and their values in locked memory.
public final class OpenedValues {
    /// What the keeper says of them: names, versions, lengths and how each is to be handed over.
    public let summary: OpenedSecrets
    private var boxes: [Box]

    final class Box {
        let bytes: SecretBytes
        init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
    }

    init(_ summary: OpenedSecrets, _ boxes: [Box]) {
        self.summary = summary
        self.boxes = boxes
    }

    /// The row of the vault's action log, to be given back when the run or session has ended.
    public var receipt: Int { summary.receipt }
    public var entries: [OpenedEntry] { summary.entries }
    /// Whether the values are gone.
    public var isWiped: Bool { boxes.isEmpty && !entries.isEmpty }

    /// Shows a value, inside the closure only.
    ///
    /// - Precondition: nothing was wiped, and `index` is one of `entries`.
    public func withValue<R: ~Copyable, E: Error>(
        at index: Int, _ body: (borrowing SecretBytes) throws(E) -> R
    ) throws(E) -> R {
        try body(boxes[index].bytes)
    }

    /// Wipes all values now. Harmless more than once.
    public func wipe() { boxes = [] }
}

/// What the keeper answers to a request for values.
public enum OpenReply {
    case opened(OpenedValues)
    /// The person is to be asked; then the same request is sent again with the token.
    case confirm(Confirmation)
    case refused(Refusal)
}
