public import SecretMemory

/// The person's terminal, whatever standard input and output are.
public struct Terminal: ~Copyable {
    private let descriptor: Int32

    /// - Throws: `.noTerminal` in a process without one.
    public init() throws(SecretIOError) {
        guard let descriptor = SecretIO.openTerminal() else { throw .noTerminal }
        self.descriptor = descriptor
    }

    deinit { SecretIO.close(descriptor) }

    /// The most bytes of one line.
    public static let longestLine = 1 << 20

    public borrowing func write(_ text: String) throws(SecretIOError) { try SecretIO.write(text, to: descriptor) }

    /// Asks for a secret: what is typed is not shown and goes straight into secret memory.
    ///
    /// Keys: Return or Control-D end it, Backspace takes back one character, Control-U all, Control-C throws
    /// `.cancelled`.
    public borrowing func secret(prompt: String) throws(SecretIOError) -> SecretBytes {
        var line = try SecretIO.memory { () throws(SecretMemoryError) in try SecretBuffer() }
        try SecretIO.hideInput(descriptor)
        defer {
            SecretIO.showInput()
            try? SecretIO.write("\n", to: descriptor)
        }
        try write(prompt)
        while try SecretIO.read(descriptor, into: &line, space: 1) > 0 {
            switch line.withBytes({ $0.byte(at: $0.byteCount - 1) }) {
            case 0x0A, 0x0D, 0x04:
                line.removeLast(1)
                return try SecretIO.memory { () throws(SecretMemoryError) in try line.take() }
            case 0x03, 0x1C: throw .cancelled
            case 0x15: line.removeLast(line.count)
            case 0x7F, 0x08:
                line.removeLast(1)
                line.removeLast(line.withBytes { Self.lastCharacter($0) })
            default: break
            }
            guard line.count <= Self.longestLine else { throw .tooLong(limit: Self.longestLine) }
        }
        return try SecretIO.memory { () throws(SecretMemoryError) in try line.take() }
    }

    /// How many bytes the last UTF-8 character has.
    private static func lastCharacter(_ bytes: RawSpan) -> Int {
        var count = 0
        while count < bytes.byteCount {
            count += 1
            if bytes.byte(at: bytes.byteCount - count) & 0xC0 != 0x80 { break }
        }
        return count
    }

    /// Asks a question with a visible answer, one line; `nil` when the terminal ends before one comes.
    public borrowing func answer(prompt: String) throws(SecretIOError) -> String? {
        try write(prompt)
        var line = try SecretIO.memory { () throws(SecretMemoryError) in try SecretBuffer() }
        while try SecretIO.read(descriptor, into: &line, space: 1) > 0, line.count < 4096 {
            if line.withBytes({ $0.byte(at: $0.byteCount - 1) }) == 0x0A { break }
        }
        guard line.count > 0 else { return nil }
        return line.withBytes { bytes in
            var text: [UInt8] = []
            for index in 0..<bytes.byteCount where bytes.byte(at: index) >= 0x20 { text.append(bytes.byte(at: index)) }
            return String(decoding: text, as: UTF8.self)
        }
    }
}
