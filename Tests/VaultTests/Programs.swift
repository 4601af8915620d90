import Foundation

/// A program that a test started: its output line by line, and its end.
final class Program {
    private let process = Process()
    private let output = Pipe()
    private let given = Pipe()
    private var pending = Data()

    init(_ executable: String, _ arguments: [String], input: Data? = nil) throws {
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardOutput = output
        process.standardInput = given
        try process.run()
        // Without input of its own it stays open as long as this value: the program can wait for its end.
        guard let input else { return }
        given.fileHandleForWriting.write(input)
        try given.fileHandleForWriting.close()
    }

    /// The next whole line, without its end; nil when the output has ended. A line that was cut short is no line.
    func line() -> String? {
        while true {
            if let end = pending.firstIndex(of: 10) {
                let line = String(decoding: pending[pending.startIndex..<end], as: UTF8.self)
                pending = Data(pending[(end + 1)...])
                return line
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            pending += more
        }
    }

    func rest() -> Data {
        pending + output.fileHandleForReading.readDataToEndOfFile()
    }

    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    @discardableResult
    func wait() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }
}
