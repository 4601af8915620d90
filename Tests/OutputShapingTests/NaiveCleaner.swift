import OutputShaping

/// What `TerminalCleaner` must do, over a whole output at once: decode, take out sequences, settle carriage returns, escape.
func naivelyCleaned(_ bytes: [UInt8]) -> [UInt8] {
    let input = String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
    var kept: [UInt32] = []
    var at = 0
    while at < input.count {
        let value = input[at]
        switch value {
        case 0x1B:
            at = afterEscape(input, at + 1)
        case 0x9B:
            at = afterControlSequence(input, at + 1)
        case 0x90, 0x98, 0x9D, 0x9E, 0x9F:
            at = afterString(input, at + 1)
        case 0x0A, 0x09, 0x0D, 0x20...0x7E, 0xA0...:
            kept.append(value)
            at += 1
        default:
            at += 1
        }
    }
    var line: [UInt32] = []
    var output: [UInt32] = []
    for (index, value) in kept.enumerated() {
        if value == 0x0D {
            // A run of carriage returns before a newline is part of it.
            let next = kept[index...].first { $0 != 0x0D }
            if next == 0x0A || line.isEmpty { continue }
            output += line + [0x0A]
            line = []
        } else if value == 0x0A {
            output += line + [0x0A]
            line = []
        } else {
            line.append(value)
        }
    }
    output += line
    var result = ""
    for value in output {
        if InvisibleCharacters.contains(value) {
            result += text(InvisibleCharacters.escaped(value))
        } else {
            result.unicodeScalars.append(Unicode.Scalar(value)!)
        }
    }
    return Array(result.utf8)
}

private func afterEscape(_ input: [UInt32], _ start: Int) -> Int {
    guard start < input.count else { return start }
    switch input[start] {
    case 0x5B: return afterControlSequence(input, start + 1)
    case 0x5D, 0x50, 0x58, 0x5E, 0x5F, 0x6B: return afterString(input, start + 1)
    default:
        let final = input[start...].firstIndex { !(0x20...0x2F).contains($0) } ?? input.count
        return final < input.count && (0x30...0x7E).contains(input[final]) ? final + 1 : final
    }
}

private func afterControlSequence(_ input: [UInt32], _ start: Int) -> Int {
    let final = input[start...].firstIndex { !(0x20...0x3F).contains($0) } ?? input.count
    return final < input.count && (0x40...0x7E).contains(input[final]) ? final + 1 : final
}

private func afterString(_ input: [UInt32], _ start: Int) -> Int {
    for index in start..<max(start, input.count) {
        switch input[index] {
        case 0x07, 0x18, 0x1A, 0x9C: return index + 1
        case 0x0A: return index
        case 0x1B: return index + 1 < input.count && input[index + 1] == 0x5C ? index + 2 : index
        default: continue
        }
    }
    return input.count
}
