internal import Digest
public import Sessions

/// Reads and writes files in the place of a session.
public struct SessionFiles {
    private let runner: any SideRunner

    /// The longest file that is read as a whole or written, in bytes.
    public static let mostBytes = 8 << 20
    private static let limit = Duration.seconds(60)

    public init(_ runner: any SideRunner) { self.runner = runner }

    /// A part of a file.
    public struct Part {
        /// The content, behind nothing.
        public let content: Capture
        /// The size of the whole file, in bytes.
        public let size: Int
    }

    /// Reads a part of the file at an absolute path.
    ///
    /// - Parameters:
    ///   - offset: of the first byte, from 0.
    ///   - most: bytes.
    @discardableResult
    public func read(
        _ path: [UInt8], offset: Int, most: Int, then: @escaping (Result<Part, FileFailure>) -> Void
    ) -> SideRun {
        let arguments = [path, Array(String(max(0, offset) + 1).utf8), Array(String(max(0, most)).utf8)]
        return run(FileScripts.read, arguments, stdin: []) { result in
            then(result.flatMap { outcome in
                let told = String(decoding: outcome.stderr.contents(), as: UTF8.self)
                // wc of some systems puts blanks before the number.
                guard let size = told.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" }).first.flatMap({ Int($0) })
                else { return .failure(.unexplained(exitCode: outcome.exitCode)) }
                return .success(Part(content: outcome.stdout, size: size))
            })
        }
    }

    /// Reads a whole file that is to be edited.
    @discardableResult
    public func readAll(_ path: [UInt8], then: @escaping (Result<[UInt8], FileFailure>) -> Void) -> SideRun {
        read(path, offset: 0, most: Self.mostBytes + 1) { result in
            then(result.flatMap { part in
                guard part.size <= Self.mostBytes, part.content.totalBytes <= Self.mostBytes else {
                    return .failure(.tooLarge(size: part.size))
                }
                return .success(part.content.contents())
            })
        }
    }

    /// What is to be there before a write.
    public enum Before: Equatable, Sendable {
        case anything
        case nothing
        case file
        /// A file of this very content.
        case content([UInt8])
    }

    /// What a write did.
    public enum Written: Equatable, Sendable {
        /// The file was not there before.
        case new
        case replaced
    }

    /// Writes the whole content of a file: afterwards it has the new content or the old one, never a part.
    @discardableResult
    public func write(
        _ path: [UInt8], _ content: [UInt8], before: Before, then: @escaping (Result<Written, FileFailure>) -> Void
    ) -> SideRun {
        guard content.count <= Self.mostBytes else {
            then(.failure(.tooLarge(size: content.count)))
            return SideRun {}
        }
        var mode = "any"
        var hash = ""
        switch before {
        case .anything: break
        case .nothing: mode = "create"
        case .file: mode = "replace"
        case .content(let old): (mode, hash) = ("replace", SHA256.hash(old).hex)
        }
        let arguments = [path] + [mode, String(content.count), hash].map { Array($0.utf8) }
        return run(FileScripts.write, arguments, stdin: content) { result in
            then(result.map { $0.stdout.contents() == Array("new".utf8) ? .new : .replaced })
        }
    }

    private func run(
        _ script: String, _ arguments: [[UInt8]], stdin: [UInt8],
        then: @escaping (Result<SideOutcome, FileFailure>) -> Void
    ) -> SideRun {
        runner.run(script: Array(script.utf8), arguments: arguments, stdin: stdin, timeout: Self.limit) { result in
            switch result {
            case .failure(let failure): then(.failure(.side(failure)))
            case .success(let outcome) where outcome.exitCode != 0:
                then(.failure(FileFailure(exitCode: outcome.exitCode)))
            case .success(let outcome): then(.success(outcome))
            }
        }
    }
}
