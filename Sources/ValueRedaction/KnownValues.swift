public import SecretMemory

/// The values that must not leave, by the names that stand in their place. Streams share it, each a `ValueRedactor`; a
/// value that is added is looked for by all of them from their next byte on.
///
/// What spells the values is in locked memory: some 10 bytes for each byte of them, 14 KiB for each value, and 500 KiB for the
/// text at work and small tables, 1.2 MiB when there are more than a dozen values.
public final class KnownValues {
    /// The longest value, in bytes.
    public static let longestValue = 64 << 10
    /// The fewest characters that are looked for.
    static let shortestForm = 4

    /// By number. Not secrets.
    private(set) var markers: [[UInt8]] = []
    private(set) var table: GramTable
    /// How often values were added.
    public private(set) var version = 0
    private(set) var longest = 0
    let work: WorkSpace
    private var used = 0
    /// Where each value lies in what is spelled, with its name.
    private var plain: [(name: String, place: Range<Int>)] = []

    public init() throws(ValueRedactionError) {
        do {
            work = try WorkSpace()
            table = try GramTable(isLarge: false, spelled: GramTable.Block(count: 4096))
        } catch { throw .memory(error) }
    }

    /// The most bytes of a stream that one value spans where it stands in any usual encoding, sixteen for each byte of the longest
    /// value: the longest escapes, arrays of hexadecimal UTF-16, a colour for each character. Whoever has lost a part of a stream
    /// drops as much behind the gap, so that no value is left of which the beginning is lost.
    public var longestSpelling: Int { 16 * longest }

    /// How many values there are.
    public var count: Int { markers.count }

    /// Adds a value; the same one may have several names. Blanks and line breaks around it do not count. Nothing happens when the
    /// same value has been added under the same name before.
    ///
    /// - Parameters:
    ///   - name: what stands in the marker `[REDACTED:name]`: 1 to 64 letters, digits, `_`, `-`, `.`.
    ///   - allowingWeak: takes a value that may be a part of ordinary text, which the person has marked.
    /// - Throws: what is wrong with the value or the name. Nothing has changed then.
    public func add(_ name: String, _ value: borrowing SecretBytes, allowingWeak: Bool = false) throws(ValueRedactionError) {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNamed) else { throw .unusableName }
        try value.withBytes { bytes throws(ValueRedactionError) in try add(name, bytes, allowingWeak) }
    }

    /// The name of a value by its number.
    func name(_ value: Int) -> String { plain[value].name }

    /// Whether `add` of the same has been called, with blanks and line breaks around it or without.
    public func contains(_ name: String, _ value: borrowing SecretBytes) -> Bool {
        value.withBytes { contains(name, $0, Self.trimmed($0)) }
    }

    private func contains(_ name: String, _ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        plain.contains { known in
            guard known.place.count == range.count, known.name == name else { return false }
            var different: UInt8 = 0
            for index in 0..<range.count {
                different |= table.spelled.store[known.place.lowerBound + index] ^ bytes.byte(at: range.lowerBound + index)
            }
            return different == 0
        }
    }

    /// Where a value lies without what is around it.
    private static func trimmed(_ bytes: RawSpan) -> Range<Int> {
        var (start, end) = (0, bytes.byteCount)
        while start < end, isBlank(bytes.byte(at: start)) { start += 1 }
        while end > start, isBlank(bytes.byte(at: end - 1)) { end -= 1 }
        return start..<end
    }

    private func add(_ name: String, _ bytes: RawSpan, _ allowingWeak: Bool) throws(ValueRedactionError) {
        let range = Self.trimmed(bytes)
        guard !contains(name, bytes, range) else { return }
        guard range.count >= Self.shortestForm else { throw .tooShort }
        guard range.count <= Self.longestValue else { throw .tooLong }
        if !allowingWeak, let weakness = ValueRedactionError.Weakness(of: bytes, in: range) { throw .weak(weakness) }
        do throws(SecretMemoryError) {
            var spellings = try Spellings(in: table.spelled, used: used, value: count, count: range.count)
            table = try table.withRoom(values: count)
            spellings.add(bytes, range, work)
            table.add(spellings.forms, in: spellings.block)
            used = spellings.used
            plain.append((name, spellings.plain))
        } catch { throw .memory(error) }
        markers.append(Array("[REDACTED:\(name)]".utf8))
        longest = max(longest, range.count)
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
