public import SecretMemory

/// Why a value was not taken.
public enum ValueRedactionError: Error, Equatable, Sendable {
    /// Finding it would hide ordinary text, so it is taken only with `allowingWeak`.
    case weak(Weakness)
    /// Shorter than four bytes: never taken, since almost any text would hold it.
    case tooShort
    /// Longer than `KnownValues.longestValue`.
    case tooLong
    /// The name is empty, longer than 64 bytes, or holds something other than letters, digits, `_`, `-` and `.`.
    case unusableName
    /// There is no more locked memory for what spells the value.
    case memory(SecretMemoryError)

    /// What makes a value a part of ordinary text.
    public enum Weakness: Sendable {
        /// Fewer than eight bytes.
        case short
        /// Fewer than ten bytes, all digits: a port, a date, a number of a process.
        case digits
        /// Fewer than five different bytes.
        case monotonous
        /// A word that programs print, or one that stands in documentation in the place of a secret.
        case common
    }
}
