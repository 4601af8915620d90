extension RawSpan {
    /// One byte of a view, for parsers that walk over a secret. The index is checked.
    public func byte(at index: Int) -> UInt8 {
        precondition(byteOffsets.contains(index), "a byte of the view")
        // SAFETY: the index lies inside, and every bit pattern is a byte.
        return unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
}
