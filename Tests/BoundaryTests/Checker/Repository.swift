import Foundation

/// The checkout the tests were built from, and the build they run in.
enum Repository {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static let root: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.path
    }()

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + path) }

    private static func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: root + "/" + path) else {
            throw Missing(description: "\(path) cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Every source file of every folder under `Sources`.
    static let sources: Result<[SourceFile], any Error> = Result {
        var files: [SourceFile] = []
        for room in try FileManager.default.contentsOfDirectory(atPath: root + "/Sources").sorted() {
            guard let walk = FileManager.default.enumerator(atPath: root + "/Sources/" + room) else { continue }
            for case let name as String in walk where SourceFile.endings.contains(where: name.hasSuffix) {
                let path = "Sources/\(room)/\(name)"
                files.append(SourceFile(room: room, path: path, text: try text(path)))
            }
        }
        guard !files.isEmpty else { throw Missing(description: "no source file under \(root)/Sources") }
        return files.sorted { $0.path < $1.path }
    }

    /// Every text file of the checkout but what is built or fetched. Where git knows what is committed or about to be,
    /// only that: what others put beside it (logs of a build machine, editors' copies) is not ours to judge.
    static func texts() throws -> [(path: String, text: String)] {
        let known = tracked()
        let ignored = Set(
            ((try? text(".gitignore")) ?? "").split(separator: "\n").map { $0.trimmingCharacters(in: ["/"]) }
        ).union([".git", ".build"])
        guard let walk = FileManager.default.enumerator(atPath: root) else { throw Missing(description: "no \(root)") }
        var found: [(path: String, text: String)] = []
        for case let path as String in walk {
            if let last = path.split(separator: "/").last, ignored.contains(String(last)) {
                walk.skipDescendants()
                continue
            }
            if let known, !known.contains(path) { continue }
            guard walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular,
                let size = walk.fileAttributes?[.size] as? Int, size < 4 << 20,
                let data = FileManager.default.contents(atPath: root + "/" + path), !data.prefix(4096).contains(0),
                let text = String(data: data, encoding: .utf8)
            else { continue }
            found.append((path, text))
        }
        return found
    }

    /// The paths in git's index; `nil` without git, without a repository, or in one of another owner's.
    private static func tracked() -> Set<String>? {
        guard let git = try? tool("git") else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: git)
        process.arguments = ["-C", root, "ls-files", "-z"]
        process.environment = ["PATH": "/usr/bin:/bin", "GIT_OPTIONAL_LOCKS": "0"]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        guard (try? process.run()) != nil else { return nil }
        let list = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0, !list.isEmpty else { return nil }
        return Set(list.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
    }

    /// The folder of this build: where the running test program stands.
    static func buildFolder() throws -> String {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = (program as NSString).deletingLastPathComponent
        guard FileManager.default.fileExists(atPath: folder + "/BoundaryTests.build") else {
            throw Missing(description: "no object files beside the test program in \(folder): the symbol rules cannot be checked")
        }
        return folder
    }

    /// The object files of each room: one for each of its sources, or an error that names the missing one.
    static let objects: Result<[String: [ObjectFile]], any Error> = Result {
        let folder = try buildFolder()
        var found: [String: [ObjectFile]] = [:]
        for file in try sources.get() where file.isCompiled {
            let build = "\(folder)/\(file.room.replacing("-", with: "_")).build/"
            let name = file.isSwift ? file.name : String(file.path.dropFirst("Sources/\(file.room)/".count))
            let path = build + name + ".o"
            guard FileManager.default.fileExists(atPath: path) else {
                throw Missing(description: "\(file.path) has no object file at \(path): build all targets, debug, before testing")
            }
            found[file.room, default: []].append(try ObjectFile(reading: path))
        }
        return found
    }

    /// The manifest as the package manager sees it, read once. A scratch folder and cache of its own, because the
    /// test run holds the lock of the usual one.
    static let manifest: Result<Manifest, any Error> = Result {
        let temporary = FileManager.default.temporaryDirectory.appendingPathComponent("boundary-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: temporary) }
        let output = temporary.appendingPathComponent("dump.json")
        let errors = temporary.appendingPathComponent("errors.txt")
        for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }

        let process = Process()
        process.executableURL = URL(fileURLWithPath: try tool("swift"))
        process.arguments = [
            "package", "--package-path", root, "--scratch-path", temporary.path + "/scratch", "--manifest-cache", "local",
            "dump-package",
        ]
        // Its lock files go where they are removed.
        process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": temporary.path]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        let dump = try Data(contentsOf: output)
        guard process.terminationStatus == 0, let start = dump.firstIndex(of: UInt8(ascii: "{")) else {
            let said = String(decoding: (try? Data(contentsOf: errors)) ?? Data(), as: UTF8.self)
            throw Missing(description: "swift package dump-package ended with \(process.terminationStatus): \(said)")
        }
        return try Manifest(dump: dump[start...])
    }

    /// A program of the toolchain: on `PATH`, else beside the package manager that runs this test.
    private static func tool(_ name: String) throws -> String {
        var folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        if let parent = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(getppid())/exe") {
            folders.append((parent as NSString).deletingLastPathComponent)
        }
        for folder in folders where FileManager.default.isExecutableFile(atPath: folder + "/" + name) {
            return folder + "/" + name
        }
        throw Missing(description: "no \(name) in \(folders)")
    }
}
