/// One file under `Sources`, with its code stripped once.
struct SourceFile {
    let room: String
    /// From the root of the package.
    let path: String
    let text: String
    let code: String
    let isUnterminated: Bool
    let words: [Word]

    init(room: String, path: String, text: String) {
        self.room = room
        self.path = path
        self.text = text
        let stripped = Stripper.strip(text, path.hasSuffix(".swift") ? .swift : .c)
        self.code = stripped.code
        self.isUnterminated = stripped.isUnterminated
        self.words = Word.all(in: stripped.code)
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var name: String { String(path.split(separator: "/").last ?? "") }

    /// Whether it is compiled by itself.
    var isCompiled: Bool { isSwift || path.hasSuffix(".c") || path.hasSuffix(".cpp") || path.hasSuffix(".S") }

    static let endings = [".swift", ".c", ".cpp", ".h", ".hpp", ".S"]
}
