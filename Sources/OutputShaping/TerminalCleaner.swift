/// Turns what a program wrote for a terminal into plain text, as a stream.
///
/// The result is valid UTF-8 without control characters other than newline and tab, and is the same however the input is
/// cut into chunks. Removed things leave no trace: the text is what it would be had they never been written.
///
/// - Control sequences of ECMA-48 are removed: CSI; OSC, DCS, APC, PM, SOS and screen's title (`ESC k`) with their content;
///   all other escape sequences; the 8-bit introducers in their UTF-8 form. A string ends at ST, BEL, CAN, SUB, at the next
///   escape, or before a newline, so an unfinished one hides a line at most. A CSI or escape sequence ends early at any byte that
///   cannot belong to it, and that byte counts.
/// - C0 controls, DEL and C1 controls are removed, NUL and backspace included: what was overstruck stays readable.
/// - Carriage returns before a newline are part of it. Elsewhere a carriage return starts a new line, unless nothing has been
///   written on this one: each state of a progress bar becomes a line.
/// - Invisible and reordering characters (`InvisibleCharacters`) become visible escapes.
/// - What is not UTF-8 becomes U+FFFD, one for each maximal subpart (Unicode 16, section 3.9).
public struct TerminalCleaner: Sendable {
    /// Where in a sequence the input stands.
    enum State: Sendable {
        case ground
        /// Inside a UTF-8 character.
        case character
        /// After ESC, and after its intermediate bytes.
        case escape, escapeIntermediate
        /// Inside a CSI sequence.
        case control
        /// Inside OSC and its like; there, after ESC; there, after the first byte of the UTF-8 form of ST.
        case string, stringEscape, stringC2
    }

    private var state = State.ground
    private var character: UInt32 = 0
    private var missing = 0
    /// The allowed values of the next continuation byte, which are fewer after some first bytes.
    private var continuation: ClosedRange<UInt8> = 0x80...0xBF
    private var pendingReturn = false
    private var atLineStart = true

    public init() {}

    /// Appends the plain text of the next chunk to `output`. At most three bytes and a carriage return are held back.
    public mutating func clean(_ chunk: borrowing Span<UInt8>, into output: inout [UInt8]) {
        var index = 0
        while index < chunk.count {
            if state == .ground {
                let end = OrdinaryText.runEnd(chunk, from: index)
                if end > index {
                    settleReturn(before: chunk[index], in: &output)
                    ByteScan.append(chunk, index..<end, to: &output)
                    atLineStart = chunk[end - 1] == 0x0A
                    index = end
                    continue
                }
            }
            if consume(chunk[index], into: &output) { index += 1 }
        }
    }

    /// Appends what was held back and makes the cleaner ready for another stream.
    public mutating func finish(into output: inout [UInt8]) {
        if state == .character { emit(0xFFFD, into: &output) }
        settleReturn(before: 0, in: &output)
        self = TerminalCleaner()
    }

    /// The plain text of a whole output.
    public static func cleaned(_ bytes: [UInt8]) -> [UInt8] {
        var cleaner = TerminalCleaner()
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        cleaner.clean(bytes.span, into: &output)
        cleaner.finish(into: &output)
        return output
    }

    /// Takes one byte. False when it only ended the state before it and is to be looked at again.
    private mutating func consume(_ byte: UInt8, into output: inout [UInt8]) -> Bool {
        switch state {
        case .ground:
            begin(byte, into: &output)
            return true
        case .character:
            guard continuation.contains(byte) else {
                state = .ground
                emit(0xFFFD, into: &output)
                return false
            }
            character = character << 6 | UInt32(byte & 0x3F)
            continuation = 0x80...0xBF
            missing -= 1
            if missing == 0 {
                state = .ground
                emit(character, into: &output)
            }
            return true
        case .escape, .escapeIntermediate, .control, .string, .stringEscape, .stringC2:
            let (next, taken) = Self.next(state, byte)
            state = next
            return taken
        }
    }

    /// The state after a byte within a sequence, and whether the byte belonged to it.
    private static func next(_ state: State, _ byte: UInt8) -> (State, Bool) {
        switch (state, byte) {
        case (.string, 0x1B): (.stringEscape, true)
        case (.string, 0x07), (.string, 0x18), (.string, 0x1A): (.ground, true)
        case (.string, 0x0A): (.ground, false)
        case (.string, 0xC2): (.stringC2, true)
        case (.string, _): (.string, true)
        case (.stringEscape, UInt8(ascii: "\\")): (.ground, true)
        case (.stringEscape, _): (.escape, false)
        case (.stringC2, 0x9C): (.ground, true)
        case (.stringC2, _): (.string, false)
        case (_, 0x1B): (.escape, true)
        case (.escape, UInt8(ascii: "[")): (.control, true)
        case (.escape, UInt8(ascii: "]")), (.escape, UInt8(ascii: "P")), (.escape, UInt8(ascii: "X")),
            (.escape, UInt8(ascii: "^")), (.escape, UInt8(ascii: "_")), (.escape, UInt8(ascii: "k")):
            (.string, true)
        case (.escape, 0x20...0x2F), (.escapeIntermediate, 0x20...0x2F): (.escapeIntermediate, true)
        case (.control, 0x20...0x3F): (.control, true)
        case (.escape, 0x30...0x7E), (.escapeIntermediate, 0x30...0x7E), (.control, 0x40...0x7E): (.ground, true)
        default: (.ground, false)
        }
    }

    /// Takes a byte outside any sequence that is not plain.
    private mutating func begin(_ byte: UInt8, into output: inout [UInt8]) {
        switch byte {
        case 0x0D: pendingReturn = true
        case 0x1B: state = .escape
        case 0x00...0x7F: break
        case 0xC2...0xDF: expect(1, after: byte & 0x1F, 0x80...0xBF)
        case 0xE0: expect(2, after: 0, 0xA0...0xBF)
        case 0xED: expect(2, after: 0x0D, 0x80...0x9F)
        case 0xE1...0xEF: expect(2, after: byte & 0x0F, 0x80...0xBF)
        case 0xF0: expect(3, after: 0, 0x90...0xBF)
        case 0xF1...0xF3: expect(3, after: byte & 0x07, 0x80...0xBF)
        case 0xF4: expect(3, after: 0x04, 0x80...0x8F)
        default: emit(0xFFFD, into: &output)
        }
    }

    private mutating func expect(_ count: Int, after bits: UInt8, _ range: ClosedRange<UInt8>) {
        state = .character
        character = UInt32(bits)
        missing = count
        continuation = range
    }

    /// Writes a character that is not ASCII, or starts the sequence that it introduces.
    private mutating func emit(_ character: UInt32, into output: inout [UInt8]) {
        switch character {
        case 0x9B: state = .control
        case 0x90, 0x98, 0x9D...0x9F: state = .string
        case 0x80...0x9F: break
        default:
            settleReturn(before: 0, in: &output)
            atLineStart = false
            if InvisibleCharacters.contains(character) {
                output.append(contentsOf: InvisibleCharacters.escaped(character))
            } else {
                Self.encode(character, into: &output)
            }
        }
    }

    private static func encode(_ character: UInt32, into output: inout [UInt8]) {
        switch character {
        case 0..<0x800:
            output.append(UInt8(0xC0 | character >> 6))
        case 0x800..<0x1_0000:
            output.append(UInt8(0xE0 | character >> 12))
            output.append(UInt8(0x80 | character >> 6 & 0x3F))
        default:
            output.append(UInt8(0xF0 | character >> 18))
            output.append(UInt8(0x80 | character >> 12 & 0x3F))
            output.append(UInt8(0x80 | character >> 6 & 0x3F))
        }
        output.append(UInt8(0x80 | character & 0x3F))
    }

    /// Decides what the carriage return before the next visible byte meant.
    private mutating func settleReturn(before byte: UInt8, in output: inout [UInt8]) {
        guard pendingReturn else { return }
        pendingReturn = false
        guard byte != 0x0A, !atLineStart else { return }
        output.append(0x0A)
        atLineStart = true
    }
}
