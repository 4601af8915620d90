internal import SecretMemory

/// Writes the spellings of a value into locked memory and names the forms that are looked for in them.
struct Spellings {
    let block: GramTable.Block
    private(set) var used: Int
    private(set) var forms: [Form] = []
    /// Where the value itself lies.
    private(set) var plain = 0..<0
    private let value: Int

    /// Room for the spellings of `count` more bytes behind what `old` holds: there, or in a block that takes its place.
    init(in old: GramTable.Block, used: Int, value: Int, count: Int) throws(SecretMemoryError) {
        let needed = used + 10 * count
        if needed <= old.store.count {
            block = old
        } else {
            block = try GramTable.Block(count: needed + needed / 2)
            block.store.copy(from: old.store, 0..<used, to: 0)
        }
        self.used = used
        self.value = value
    }

    mutating func add(_ bytes: RawSpan, _ range: Range<Int>, _ work: WorkSpace) {
        let start = used
        for index in range { write(bytes.byte(at: index)) }
        plain = start..<used
        encode(plain, .forwards, isPlain: true)
        encode(plain, .backwards)
        let text = writeText(plain, work)
        direct(text, .forwards)
        direct(text, .backwards)
        writePluses(text)
        writeUTF16(plain, text)
    }

    private mutating func write(_ byte: UInt8) {
        block.store[used] = byte
        used += 1
    }

    private mutating func direct(_ range: Range<Int>, _ reading: Form.Reading) {
        guard range.count >= KnownValues.shortestForm else { return }
        forms.append(Form(value: value, kind: .direct, reading: reading, spelled: range, isPlain: true))
    }

    private mutating func encode(_ range: Range<Int>, _ reading: Form.Reading, isPlain: Bool = false) {
        for lead in [0, 2, 4] {
            let form = Form(value: value, kind: .base64(lead: lead), reading: reading, spelled: range, isPlain: isPlain)
            if form.known >= KnownValues.shortestForm { forms.append(form) }
        }
        forms.append(Form(value: value, kind: .hex, reading: reading, spelled: range, isPlain: isPlain))
    }

    /// The value as the first lane shows it: without control characters, terminal codes and indentation.
    private mutating func writeText(_ plain: Range<Int>, _ work: WorkSpace) -> Range<Int> {
        let start = used
        var lane = Lane()
        for start in stride(from: plain.lowerBound, to: plain.upperBound, by: WorkSpace.block) {
            let count = min(WorkSpace.block, plain.upperBound - start)
            work.store.copy(from: block.store, start..<start + count, to: WorkSpace.rawPlace)
            lane.base = lane.end
            lane.readOutput(.text, count: count, raw: start, in: work)
            let place = WorkSpace.place(of: .text)
            block.store.copy(from: work.store, place..<place + lane.end - lane.base, to: used)
            used += lane.end - lane.base
        }
        return start..<used
    }

    /// Forms of the web write a blank as a plus.
    private mutating func writePluses(_ text: Range<Int>) {
        guard text.contains(where: { block.store[$0] == 0x20 }) else { return }
        let start = used
        for index in text { write(block.store[index] == 0x20 ? 0x2B : block.store[index]) }
        direct(start..<used, .forwards)
    }

    /// UTF-16 in base64 and hexadecimal; and, where it is not the bytes with zeros between, as it is, without zeros.
    private mutating func writeUTF16(_ plain: Range<Int>, _ text: Range<Int>) {
        let start = used
        var index = plain.lowerBound
        var isASCII = true
        while index < plain.upperBound {
            guard let (scalar, width) = scalar(at: index, before: plain.upperBound) else {
                used = start
                return
            }
            isASCII = isASCII && width == 1
            for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
                write(UInt8(truncatingIfNeeded: unit))
                write(UInt8(unit >> 8))
            }
            index += width
        }
        let units = start..<used
        encode(units, .forwards)
        encode(units, .pairsSwapped)
        guard !isASCII else { return }
        for isSwapped in [false, true] {
            let start = used
            for index in 0..<units.count {
                let byte = block.store[units.lowerBound + (isSwapped ? index ^ 1 : index)]
                if byte >= 0x20 && byte != 0x7F || byte == 0x09 { write(byte) }
            }
            direct(start..<used, .forwards)
        }
        writeReversed(plain)
    }

    /// By characters, as `rev` does it; by bytes it is a reading of the text itself.
    private mutating func writeReversed(_ plain: Range<Int>) {
        let start = used
        var end = plain.upperBound
        while end > plain.lowerBound {
            var first = end - 1
            while first > plain.lowerBound, block.store[first] & 0xC0 == 0x80 { first -= 1 }
            for index in first..<end where block.store[index] >= 0x20 { write(block.store[index]) }
            end = first
        }
        direct(start..<used, .forwards)
    }

    /// The character of UTF-8 at a place, or nil where there is none.
    private func scalar(at index: Int, before end: Int) -> (Unicode.Scalar, width: Int)? {
        let first = block.store[index]
        guard first >= 0x80 else { return (Unicode.Scalar(first), 1) }
        let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first < 0xF5, index + width <= end else { return nil }
        var value = UInt32(first) & (0x7F >> UInt32(width))
        for place in index + 1..<index + width {
            guard block.store[place] & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(block.store[place] & 0x3F)
        }
        return Unicode.Scalar(value).map { ($0, width) }
    }
}
