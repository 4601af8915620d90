/// A text in UTF-8 of which the middle may be missing.
public struct ElidedText: Sendable, Equatable {
    /// The beginning, or the whole text when nothing is missing.
    public let head: [UInt8]
    /// The end. Empty when nothing is missing.
    public let tail: [UInt8]
    /// Unicode scalars missing between them.
    public let elidedCharacters: Int

    /// Whether something is missing.
    public var isTruncated: Bool { elidedCharacters > 0 }

    /// A text that is all there.
    public init(whole text: [UInt8]) { self.init(head: text, tail: [], elidedCharacters: 0) }

    init(head: [UInt8], tail: [UInt8], elidedCharacters: Int) {
        self.head = head
        self.tail = tail
        self.elidedCharacters = elidedCharacters
    }

    /// Unicode scalars of the text before anything was taken out of it.
    public var totalCharacters: Int {
        ByteScan.characterCount(head.span) + elidedCharacters + ByteScan.characterCount(tail.span)
    }

    /// The text, with a line `... N chars elided ...` where its middle is missing.
    public var rendered: [UInt8] {
        guard isTruncated else { return head }
        var text = head
        if let last = head.last, last != 0x0A { text.append(0x0A) }
        text.append(contentsOf: Self.note(elidedCharacters))
        if !tail.isEmpty { text.append(0x0A) }
        text.append(contentsOf: tail)
        return text
    }

    static func note(_ count: Int) -> [UInt8] { Array("... \(count) chars elided ...".utf8) }
}
