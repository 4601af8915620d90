enum Commands {
    static func dispatch(_ arguments: [String], console: Console) -> Int32? { nil }
}
