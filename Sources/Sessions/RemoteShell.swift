/// The shell at the other end, as it told.
struct RemoteShell {
    let process: Int32
    let dialect: ShellDialect
    /// Its path.
    let program: String
    /// The tag of its processes; `-` where there can be none.
    let tag: String
    /// Where private files can be; `nil` where nothing can be written.
    let directory: String?

    /// From the fields of the driver's answer.
    init?(_ fields: [ArraySlice<UInt8>]) {
        guard fields.count == 5, let process = Int32(String(decoding: fields[0], as: UTF8.self)), process > 1,
            let dialect = ShellDialect(remoteKind: fields[1])
        else { return nil }
        self.process = process
        self.dialect = dialect
        program = String(decoding: fields[3], as: UTF8.self)
        tag = fields[2].isEmpty ? "-" : String(decoding: fields[2], as: UTF8.self)
        let directory = String(decoding: fields[4], as: UTF8.self)
        // It stands unquoted in shell text.
        let isPlain = directory.utf8.allSatisfy { byte in
            byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x2D && byte <= 0x39 || byte == UInt8(ascii: "_")
        }
        self.directory = isPlain && directory.hasPrefix("/") ? directory : nil
    }
}
