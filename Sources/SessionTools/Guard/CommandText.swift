import OutputShaping

/// A command as a person sees it: in a question, in the record, in a result.
///
/// A program's output is cleaned as a terminal would show it. A command goes to a shell, which reads every byte: what a
/// terminal would swallow, a whole line behind `ESC ]` for one, stands here as a visible escape instead. Then it is redacted.
enum CommandText {
    static func shown(_ command: String) -> String {
        let bytes = Array(command.utf8)
        guard let first = bytes.indices.first(where: { control(bytes, $0) != nil }) else { return StreamText.string(command) }
        var visible = Array(bytes[..<first])
        var place = first
        while place < bytes.count {
            if let (character, length) = control(bytes, place) {
                visible += InvisibleCharacters.escaped(character)
                place += length
            } else {
                visible.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: StreamText.text(visible), as: UTF8.self)
    }

    /// The control character at a place of valid UTF-8, and its bytes. Not the line feed and the tab, which text is made of.
    private static func control(_ bytes: [UInt8], _ place: Int) -> (UInt32, Int)? {
        switch bytes[place] {
        case 0x09, 0x0A: nil
        case 0x00...0x1F, 0x7F: (UInt32(bytes[place]), 1)
        case 0xC2 where place + 1 < bytes.count && bytes[place + 1] < 0xA0: (UInt32(bytes[place + 1]), 2)
        default: nil
        }
    }
}
