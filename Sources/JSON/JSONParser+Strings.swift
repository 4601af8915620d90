extension JSONParser {
    /// Reads a string; `position` is at its opening quote.
    mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> String {
        position += 1
        let start = position
        try plainRun(bytes)
        if bytes[position] == 0x22 {
            let text = try text(of: bytes.extracting(start..<position), at: start)
            position += 1
            return text
        }
        scratch.removeAll(keepingCapacity: true)
        try keep(bytes, from: start)
        while bytes[position] != 0x22 {
            try escape(bytes)
            let run = position
            try plainRun(bytes)
            try keep(bytes, from: run)
        }
        position += 1
        // One huge string must not pin its size for the rest of the text.
        defer { if scratch.capacity > 1 << 16 { scratch = [] } }
        return try text(of: scratch.span, at: start)
    }

    /// Moves over characters that stand for themselves, to the next quote or backslash.
    private mutating func plainRun(_ bytes: Span<UInt8>) throws(JSONError) {
        var place = position
        let end = bytes.count
        while place < end {
            let byte = bytes[place]
            if byte == 0x22 || byte == 0x5C {
                position = place
                return
            }
            if byte < 0x20 { throw JSONError(.controlCharacter(byte), at: place) }
            place += 1
        }
        throw JSONError(.unexpectedEnd, at: end)
    }

    /// Appends the bytes up to `position` to the scratch. Each run is checked on its own, so an escape cannot complete
    /// a cut UTF-8 sequence and the offset in an error is that of the bad bytes.
    private mutating func keep(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) {
        guard start < position else { return }
        if position - start > 32 {
            scratch.append(contentsOf: try text(of: bytes.extracting(start..<position), at: start).utf8)
            return
        }
        var isASCII = true
        for place in start..<position {
            let byte = bytes[place]
            if byte >= 0x80 { isASCII = false }
            scratch.append(byte)
        }
        if !isASCII { _ = try text(of: bytes.extracting(start..<position), at: start) }
    }

    private func text(of bytes: Span<UInt8>, at start: Int) throws(JSONError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            throw JSONError(.invalidUTF8, at: start + error.byteOffsets.lowerBound)
        }
    }

    /// Reads one escape; `position` is at its backslash.
    private mutating func escape(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = position
        guard start + 1 < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
        position += 2
        switch bytes[start + 1] {
        case 0x22: scratch.append(0x22)
        case 0x5C: scratch.append(0x5C)
        case 0x2F: scratch.append(0x2F)
        case 0x62: scratch.append(0x08)
        case 0x66: scratch.append(0x0C)
        case 0x6E: scratch.append(0x0A)
        case 0x72: scratch.append(0x0D)
        case 0x74: scratch.append(0x09)
        case 0x75: try unicodeEscape(bytes, at: start)
        default: throw JSONError(.invalidEscape, at: start)
        }
    }

    /// Reads the digits of a `\u` escape, and its partner when it is a high surrogate.
    private mutating func unicodeEscape(_ bytes: Span<UInt8>, at start: Int) throws(JSONError) {
        let unit = try hexUnit(bytes)
        if let scalar = Unicode.Scalar(unit) {
            scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            return
        }
        if unit < 0xDC00, position + 1 < bytes.count, bytes[position] == 0x5C, bytes[position + 1] == 0x75 {
            let afterHigh = position
            position += 2
            let low = try hexUnit(bytes)
            if low >= 0xDC00, low <= 0xDFFF, let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)) {
                scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                return
            }
            // The second escape is no partner: it is read again on its own.
            position = afterHigh
        }
        guard limits.loneSurrogates == .replaced else { throw JSONError(.loneSurrogate, at: start) }
        scratch.append(contentsOf: UTF8.encodedReplacementCharacter)
    }

    private mutating func hexUnit(_ bytes: Span<UInt8>) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
            let digit: UInt8
            switch bytes[position] {
            case let byte where byte >= 0x30 && byte <= 0x39: digit = byte - 0x30
            case let byte where byte >= 0x61 && byte <= 0x66: digit = byte - 0x61 + 10
            case let byte where byte >= 0x41 && byte <= 0x46: digit = byte - 0x41 + 10
            default: throw JSONError(.invalidEscape, at: position)
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }
}
