/// Values that must not leave the program, whatever they look like, and what covers them in a stream of bytes.
///
/// Whoever knows the values implements it. What uses it learns no value and cannot ask for one.
public protocol SecretCover: AnyObject {
    /// How often values were added. A text that was made under an earlier number may show a later value.
    var version: Int { get }
    /// The most bytes of a stream that one value can take in its usual spellings; 0 when there is no value.
    var longestSpelling: Int { get }
    /// Covers the values in a stream that begins now, values that are added later too. Nil while there is no value.
    func stream() -> (any CoveredStream)?
}

/// One stream in which values are covered by `[REDACTED:name]`. The result does not depend on how it is cut into chunks.
public protocol CoveredStream: AnyObject {
    /// How many values were covered, by the name in their marker.
    var redactions: [String: Int] { get }
    /// Takes the next bytes and appends to `output` whatever cannot become a part of a value any more.
    func feed(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8])
    /// Nothing has come for a while: appends to `output` what is held back, but what begins like a value.
    func idle(into output: inout [UInt8])
    /// Ends the stream and appends the rest to `output`.
    ///
    /// - Parameter isCut: the stream may have been cut: a beginning of a value at its end is covered too.
    func finish(into output: inout [UInt8], isCut: Bool)
}
