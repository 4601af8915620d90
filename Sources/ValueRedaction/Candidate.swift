/// A form of which a beginning has been read. It holds positions and counters, no text.
struct Candidate {
    enum Outcome {
        case failed
        /// The text ended first.
        case open
        case found
    }

    let form: Int
    /// Where it starts in the lane.
    let start: Int
    /// Where it starts in the output.
    var rawStart: Int
    /// The next position of the lane to read.
    var next: Int
    /// How many steps of the form have been read.
    var steps = 0
    /// Separators since the last digit.
    private var separators = 0
    /// A zero that is the next digit, or the start of `0x`.
    private var zero = Zero.none

    private enum Zero { case none, taken, notADigit }

    init(form: Int, start: Int, rawStart: Int) {
        self.form = form
        self.start = start
        self.rawStart = rawStart
        next = start
    }

    /// Reads on in a lane's text, which is in `text` behind `offset` and ends at `end`.
    mutating func advance(_ form: Form, _ spellings: borrowing LockedStore, _ text: borrowing LockedStore, offset: Int, end: Int) -> Outcome {
        let last = form.steps
        while next < end {
            let character = text[next + offset]
            switch form.kind {
            case .direct:
                guard character == form.byte(steps, in: spellings) else { return .failed }
                steps += 1
            case .base64(let lead):
                let expected = form.sextet(steps, lead: lead, in: spellings)
                guard let bits = Digits.base64(character), bits & expected.mask == expected.bits else { return .failed }
                steps += 1
            case .hex:
                guard readDigit(character, form, spellings) else { return .failed }
            }
            next += 1
            if steps == last { return .found }
        }
        return .open
    }

    private mutating func readDigit(_ character: UInt8, _ form: Form, _ spellings: borrowing LockedStore) -> Bool {
        let isX = character | 0x20 == 0x78
        switch zero {
        case .notADigit:
            zero = .none
            return isX
        case .taken where isX:
            zero = .none
            steps -= 1
            return true
        default:
            zero = .none
        }
        let isBetween = steps & 1 == 0 && steps > 0
        if let digit = Digits.hex(character) {
            separators = 0
            if digit == form.nibble(steps, in: spellings) {
                if isBetween, digit == 0 { zero = .taken }
                steps += 1
                return true
            }
            zero = .notADigit
            return isBetween && digit == 0
        }
        separators += 1
        return isBetween && separators <= 6 && Self.isSeparator(character)
    }

    static func isSeparator(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ";"), 0x09:
            true
        default: false
        }
    }
}
