public import SecretMemory

/// The formats secrets are written in.
public enum TextFormat: String, CaseIterable, Sendable { case dotenv, json, yaml, shell }

/// Why a value was not written. The format has no way to hold it.
public enum PrintError: Error, Equatable, Sendable {
    case memory(SecretMemoryError)
    /// The name cannot stand in the format.
    case badName
    /// dotenv and shell cannot hold a NUL byte.
    case nul
    /// JSON and YAML hold text, and the value is not UTF-8.
    case notUTF8
}

/// Writes names and values into secret memory, one after the other.
public struct SecretPrinter: ~Copyable {
    public let format: TextFormat
    private var out: SecretBuffer
    private var isFirst = true

    public init(_ format: TextFormat) throws(PrintError) {
        self.format = format
        out = try memory { () throws(SecretMemoryError) in try SecretBuffer() }
    }

    public mutating func add(_ key: String, _ value: borrowing SecretBytes) throws(PrintError) {
        try value.withBytes { (bytes) throws(PrintError) in try add(key, bytes) }
    }

    public mutating func add(_ key: String, _ value: RawSpan) throws(PrintError) {
        guard KeyName.isValid(key) else { throw .badName }
        switch format {
        case .dotenv, .shell: guard !Bytes.contains(value, 0) else { throw .nul }
        case .json, .yaml: guard Bytes.isUTF8(value) else { throw .notUTF8 }
        }
        switch format {
        case .dotenv:
            try text("\(key)=")
            try dotenv(value)
        case .json:
            try text(isFirst ? "{\n  \"\(key)\": " : ",\n  \"\(key)\": ")
            try quoted(value)
        case .yaml:
            try text("\(key): ")
            try quoted(value)
        case .shell:
            try text("export \(key)='")
            for index in 0..<value.byteCount {
                if value.byte(at: index) == 0x27 { try text("'\\''") } else { try byte(value.byte(at: index)) }
            }
            try byte(0x27)
        }
        if format != .json { try byte(0x0A) }
        isFirst = false
    }

    /// The whole text.
    public consuming func finish() throws(PrintError) -> SecretBytes {
        if format == .json { try text(isFirst ? "{}\n" : "\n}\n") }
        if format == .yaml, isFirst { try text("{}\n") }
        return try memory { () throws(SecretMemoryError) in try out.take() }
    }

    private mutating func byte(_ byte: UInt8) throws(PrintError) {
        do throws(SecretMemoryError) { try out.append(byte) } catch { throw .memory(error) }
    }

    /// Writes text that is no secret.
    private mutating func text(_ text: String) throws(PrintError) {
        for byte in text.utf8 { try self.byte(byte) }
    }

    /// Bare when nothing in it is special anywhere, else single quotes where they hold it (a shell and most programs
    /// leave that alone), else double quotes with escapes.
    private mutating func dotenv(_ value: RawSpan) throws(PrintError) {
        if Bytes.all(value, Bytes.isPlain) {
            for index in 0..<value.byteCount { try byte(value.byte(at: index)) }
        } else if Bytes.all(value, { $0 >= 0x20 && $0 != 0x27 && $0 != 0x5C }) {
            try byte(0x27)
            for index in 0..<value.byteCount { try byte(value.byte(at: index)) }
            try byte(0x27)
        } else {
            try byte(0x22)
            for index in 0..<value.byteCount {
                switch value.byte(at: index) {
                case 0x0A: try text("\\n")
                case 0x0D: try text("\\r")
                case 0x09: try text("\\t")
                case 0x22: try text("\\\"")
                case 0x5C: try text("\\\\")
                case let other: try byte(other)
                }
            }
            try byte(0x22)
        }
    }

    /// A double-quoted text that JSON and YAML read alike: all that YAML calls unprintable is escaped.
    private mutating func quoted(_ value: RawSpan) throws(PrintError) {
        try byte(0x22)
        var index = 0
        while index < value.byteCount {
            let (scalar, length) = Bytes.scalar(value, index)
            switch scalar {
            case 0x22: try text("\\\"")
            case 0x5C: try text("\\\\")
            case 0x0A: try text("\\n")
            case 0x0D: try text("\\r")
            case 0x09: try text("\\t")
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                let digits = String(scalar, radix: 16)
                try text("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
            default: for offset in 0..<length { try byte(value.byte(at: index + offset)) }
            }
            index += length
        }
        try byte(0x22)
    }
}

private func memory<R: ~Copyable>(_ body: () throws(SecretMemoryError) -> R) throws(PrintError) -> R {
    do throws(SecretMemoryError) { return try body() } catch { throw .memory(error) }
}
