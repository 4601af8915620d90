/// The text that stands where a secret stood: `[REDACTED`, anything but brackets and newlines, `]`.
///
/// A cut never falls inside one: half a marker could be read as output, and would hide that something was hidden.
enum RedactionMarker {
    static let opening = Array("[REDACTED".utf8)
    /// A longer one is not recognised, so that looking for it stays cheap.
    static let longest = 128

    /// The marker that a cut before byte `cut` would split.
    static func split(by cut: Int, in text: [UInt8]) -> Range<Int>? {
        var start = cut
        while start > 0, cut - start < longest {
            start -= 1
            switch text[start] {
            case UInt8(ascii: "["):
                if let end = end(from: start, in: text), end > cut { return start..<end }
                return nil
            case UInt8(ascii: "]"), 0x0A:
                return nil
            default:
                continue
            }
        }
        return nil
    }

    /// The end of the marker that starts at `start`.
    private static func end(from start: Int, in text: [UInt8]) -> Int? {
        guard text[start...].starts(with: opening) else { return nil }
        for index in start + opening.count..<min(text.count, start + longest) {
            switch text[index] {
            case UInt8(ascii: "]"): return index + 1
            case UInt8(ascii: "["), 0x0A: return nil
            default: continue
            }
        }
        return nil
    }

    /// `cut` moved so that a head ending there holds no part of a character or marker.
    static func headCut(_ cut: Int, in text: [UInt8]) -> Int {
        var cut = cut
        while cut > 0, cut < text.count, text[cut] & 0xC0 == 0x80 { cut -= 1 }
        return split(by: cut, in: text)?.lowerBound ?? cut
    }

    /// `cut` moved so that a tail starting there holds no part of a character or marker.
    static func tailCut(_ cut: Int, in text: [UInt8]) -> Int {
        var cut = cut
        while cut < text.count, text[cut] & 0xC0 == 0x80 { cut += 1 }
        return split(by: cut, in: text)?.upperBound ?? cut
    }
}
