public import SecretMemory

/// The values that must not leave, by the names that stand in their place. Streams share it, each a `ValueRedactor`; a
/// value that is added is looked for by all of them from their next byte on.
///
/// What spells the values is in locked memory: about 10 bytes for each byte of them, some 8 KiB for each value, and
/// 100 KiB for the text at work; twice that while a value is added.
public final class KnownValues {
    /// The longest value, in bytes.
    public static let longestValue = 64 << 10
    /// The fewest characters that are looked for.
    static let shortestForm = 4

    /// By number. Not secrets.
    private(set) var markers: [[UInt8]] = []
    private(set) var table: GramTable
    /// How often values were added.
    private(set) var version = 0
    private(set) var longest = 0
    let work: WorkSpace
    private var used = 0

    public init() throws(ValueRedactionError) {
        do {
            work = try WorkSpace()
            table = try GramTable(spellings: LockedStore(count: 16), forms: [])
        } catch { throw .memory(error) }
    }

    /// How many values there are.
    public var count: Int { markers.count }

    /// Adds a value; the same one may have several names. Blanks and line breaks around it do not count.
    ///
    /// - Parameters:
    ///   - name: what stands in the marker `[REDACTED:name]`: 1 to 64 letters, digits, `_`, `-`, `.`.
    ///   - allowingWeak: takes a value that may be a part of ordinary text, which the person has marked.
    /// - Throws: what is wrong with the value or the name. Nothing has changed then.
    public func add(_ name: String, _ value: borrowing SecretBytes, allowingWeak: Bool = false) throws(ValueRedactionError) {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNamed) else { throw .unusableName }
        try value.withBytes { bytes throws(ValueRedactionError) in try add(name, bytes, allowingWeak) }
    }

    private func add(_ name: String, _ bytes: RawSpan, _ allowingWeak: Bool) throws(ValueRedactionError) {
        var (start, end) = (0, bytes.byteCount)
        while start < end, Self.isBlank(bytes.byte(at: start)) { start += 1 }
        while end > start, Self.isBlank(bytes.byte(at: end - 1)) { end -= 1 }
        guard end - start >= Self.shortestForm else { throw .tooShort }
        guard end - start <= Self.longestValue else { throw .tooLong }
        if !allowingWeak, let weakness = ValueRedactionError.Weakness(of: bytes, in: start..<end) { throw .weak(weakness) }
        do throws(SecretMemoryError) {
            var spellings = try Spellings(after: table.spellings, used: used, value: markers.count, count: end - start)
            spellings.add(bytes, start..<end, work)
            let (forms, used) = (table.forms + spellings.forms, spellings.used)
            table = try GramTable(spellings: spellings.take(), forms: forms)
            self.used = used
        } catch { throw .memory(error) }
        markers.append(Array("[REDACTED:\(name)]".utf8))
        longest = max(longest, end - start)
        version += 1
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isNamed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
