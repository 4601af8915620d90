/// Every room says what it owns, what it may never do, what it depends on and how to test it.
enum ReadmeRules {
    /// - Parameter isFence: a fence depends on the system alone; what it must name is its importer or what it owns.
    static func check(room: String, readme: String?, sourceLines: Int, isFence: Bool = false) -> [Violation] {
        let place = "Sources/\(room)/README.md"
        guard let readme else { return [Violation(.readme, place, "is missing")] }
        // A room that holds no code yet has nothing to say yet.
        if sourceLines < 10 { return [] }
        let words = Set(Word.all(in: readme.lowercased()).map(\.text))
        let wanted = [
            ["owns", "own", "owner"] + (isFence ? ["importer"] : []), ["never"], ["test", "tests", "tested", "testing"],
            ["depends", "depend", "uses", "imports", "dependencies"],
        ].prefix(isFence ? 3 : 4)
        return wanted.filter { words.isDisjoint(with: $0) }.map { Violation(.readme, place, "says nothing of `\($0[0])`") }
    }
}
