import EventLoop

/// The program's own words.
struct Console {
    static var inputIsTerminal: Bool { Descriptor(adopting: 0).isTerm() }
    func complain(_ text: String) {
        let bytes = Array(text.utf8)
        let descriptor = Descriptor(adopting: 2)
        _ = descriptor.write(bytes)
        _ = descriptor.take()
    }
}
extension Descriptor {
    consuming func isTerm() -> Bool { let r = isTerminal; _ = take(); return r }
}
