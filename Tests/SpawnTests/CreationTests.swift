import EventLoop
import Foundation
import Spawn
import Testing

/// The parent of every suite here that makes processes.
@Suite("Processes", .serialized)
struct ProcessSuites {}

extension ProcessSuites {
    @Suite("Creation", .serialized)
    struct CreationTests {
        @Test("Arguments arrive byte for byte") func arguments() throws {
            let odd: [[UInt8]] = [
                Array("printf".utf8), Array("%s\\0".utf8), [], [0xFF, 0xFE, 1], Array("a b\n\"'$x`".utf8),
                Array("--".utf8), [UInt8](repeating: 65, count: 100_000),
            ]
            let pair = try DescriptorPair.pipe()
            let (reader, writer) = (pair.first.rawValue, pair.second.rawValue)
            var plan = SpawnPlan(executable: "/usr/bin/printf", arguments: odd, environment: try environment())
            plan.descriptors[1] = DescriptorMapping(writer, as: 1)
            let child = try Spawner().spawn(plan)
            var output: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            let wanted = odd[2...].reduce(0) { $0 + $1.count + 1 }
            while output.count < wanted {
                let count = read(reader, &buffer, buffer.count)
                try #require(count > 0)
                output += buffer[..<count]
            }
            #expect(output == odd[2...].flatMap { $0 + [0] })
            #expect(child.wait(atMost: .seconds(60)) == .code(0))
        }

        @Test("NULs, relative paths and missing standard descriptors are refused") func refusals() throws {
            func error(_ change: (inout SpawnPlan) -> Void = { _ in }, executable: String = "/bin/true",
                arguments: [[UInt8]] = [[65]]) throws -> SpawnError? {
                var plan = SpawnPlan(executable: executable, arguments: arguments, environment: try environment())
                change(&plan)
                do {
                    _ = try Spawner().spawn(plan)
                    return nil
                } catch { return error }
            }
            #expect(try error() == nil)
            #expect(try error(executable: "true") == .executable)
            #expect(try error(executable: "/bin/true\0x") == .executable)
            #expect(try error(arguments: []) == .argument(index: 0))
            #expect(try error(arguments: [[65], [66, 0, 66]]) == .argument(index: 1))
            #expect(try error({ $0.workingDirectory = "tmp" }) == .workingDirectory)
            #expect(try error({ $0.workingDirectory = "/tmp\0" }) == .workingDirectory)
            #expect(try error({ $0.descriptors.removeLast() }) == .descriptorPlan)
            #expect(try error({ $0.descriptors.append(.null(as: 2)) }) == .descriptorPlan)
            #expect(try error({ $0.descriptors.append(.null(as: -4)) }) == .descriptorPlan)
            #expect(try error({ $0.descriptors.append(DescriptorMapping(-1, as: 3)) }) == .descriptorPlan)
            #expect(try error({ $0.descriptors += (3...40).map { .null(as: $0) } }) == .descriptorPlan)
            #expect(
                try error({ $0.confinement = Confinement(name: "landlock") })
                    == .unsupportedConfinement(name: "landlock"))
        }

        @Test("The environment is exactly the block") func environmentBlock() throws {
            var block = EnvironmentBlock()
            try block.set("B", to: "1")
            try block.set("A", to: [0xFF, 0x0A, 0x3D])
            try block.set("B", to: "two")
            try block.set("GONE", to: "x")
            block.unset("GONE")
            block.unset("NEVER")
            try block.set("LONG", to: [UInt8](repeating: 66, count: 5000))
            #expect(block.count == 3)
            let ran = try run("/usr/bin/env", ["env", "-0"], environment: block)
            let entries = Set(ran.output.split(separator: 0).map(Array.init))
            #expect(entries == [
                Array("B=two".utf8), Array("A=".utf8) + [0xFF, 0x0A, 0x3D],
                Array("LONG=".utf8) + [UInt8](repeating: 66, count: 5000),
            ])
        }

        @Test("A block that takes over another has its variables, and one of each name") func adoption() throws {
            var block = EnvironmentBlock()
            try block.set("KEPT", to: "1")
            try block.set("BOTH", to: "old")
            var other = EnvironmentBlock()
            try other.set("BOTH", to: "new")
            try other.set("LONG", to: [UInt8](repeating: 66, count: 9000))
            try other.set("GONE", to: "x")
            other.unset("GONE")
            block.adopt(other)
            try block.set("LONG", to: "short")
            block.adopt(EnvironmentBlock())
            #expect(block.count == 3)
            let ran = try run("/usr/bin/env", ["env"], environment: block)
            #expect(ran.lines == ["KEPT=1", "BOTH=new", "LONG=short"])
        }

        @Test("Names and values that no variable can have are refused") func environmentRefusals() throws {
            func error(_ name: String, _ value: [UInt8]) -> SpawnError? {
                var block = EnvironmentBlock()
                do { try block.set(name, to: value) } catch { return error }
                return nil
            }
            #expect(error("", []) == .environmentName)
            #expect(error("A=B", []) == .environmentName)
            #expect(error("A\0", []) == .environmentName)
            #expect(error("A", [1, 0]) == .environmentValue(name: "A"))
            #expect(error("A", []) == nil)
            for name in ["", "A=B", "PATH\0"] {
                #expect(throws: SpawnError.environmentName) { _ = try EnvironmentBlock.inherited(adding: [name]).count }
            }
        }

        @Test("Only the standard names and named ones are inherited") func inheritance() throws {
            let kept = "EXECKIT_TEST_KEPT", left = "EXECKIT_TEST_LEFT"
            setenv(kept, "yes", 1)
            setenv(left, "no", 1)
            defer { unsetenv(kept); unsetenv(left) }
            let ran = try run(
                "/usr/bin/env", ["env", "-0"], environment: EnvironmentBlock.inherited(adding: [kept]))
            let names = Set(ran.output.split(separator: 0).map { entry in
                String(decoding: entry.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
            })
            #expect(names.contains(kept))
            #expect(names.contains("PATH"))
            #expect(names.subtracting(EnvironmentBlock.standardNames + [kept]).isEmpty)
        }

        @Test("The child has the plan's descriptors and no other") func descriptors() throws {
            let extra = try Descriptor.null()
            let leaked = dup(extra.rawValue)  // Without close-on-exec: the kernel must close it all the same.
            defer { close(leaked) }
            let ran = try shell("cd /proc/self/fd && for f in *; do test -e $f && echo $f; done") {
                $0.descriptors.append(DescriptorMapping(leaked, as: 9))
                $0.descriptors.append(DescriptorMapping(leaked, as: 200))
            }
            #expect(ran.lines.compactMap { Int($0) }.sorted() == [0, 1, 2, 9, 200])
        }

        @Test("Any permutation of descriptors arrives as planned") func permutations() throws {
            var generator = SeededGenerator(state: 42)
            for _ in 0..<12 {
                // Files whose content names them, at neighbouring numbers, mapped onto each other's numbers.
                var files: [MemoryFile.Handle] = []
                for index in 0..<6 { files.append(try MemoryFile.Handle(content: "file\(index)\n")) }
                let numbers = files.map(\.number)
                let targets = numbers.shuffled(using: &generator)
                let ran = try shell(targets.map { "cat /proc/self/fd/\($0)" }.joined(separator: ";")) { plan in
                    for (source, target) in zip(numbers, targets) {
                        plan.descriptors.append(DescriptorMapping(source, as: target))
                    }
                }
                #expect(ran.lines == (0..<6).map { "file\($0)" })
            }
        }

        @Test("Session, directory, mask, core limit and signals are set") func attributes() throws {
            let ran = try shell("pwd -P; umask; ulimit -Hc; ulimit -c; cut -d' ' -f6 /proc/$$/stat; echo $$") {
                $0.workingDirectory = "/usr"
                $0.fileModeMask = 0o027
            }
            let lines = ran.lines
            try #require(lines.count == 6)
            #expect(Array(lines[..<4]) == ["/usr", "0027", "0", "0"])
            #expect(lines[4] == lines[5])
            signal(SIGPIPE, SIG_IGN)
            let status = try run("/bin/cat", ["cat", "/proc/self/status"], environment: try environment())
            func field(_ name: String) -> String? {
                status.lines.first { $0.hasPrefix(name + ":") }?.split(separator: "\t").last.map(String.init)
            }
            #expect(field("SigBlk") == "0000000000000000")
            #expect(field("SigIgn") == "0000000000000000")
        }

        @Test("A failing step is named with its error") func failures() throws {
            try withDirectory { directory in
                let script = directory + "/script"
                try Data("not a program".utf8).write(to: URL(fileURLWithPath: script))
                func error(_ executable: String, _ change: (inout SpawnPlan) -> Void = { _ in }) throws -> SpawnError? {
                    var plan = SpawnPlan(executable: executable, arguments: ["x"], environment: try environment())
                    change(&plan)
                    do { _ = try Spawner().spawn(plan) } catch { return error }
                    return nil
                }
                #expect(try error(directory + "/none") == .failed(step: .execute, errno: ENOENT))
                #expect(try error(script) == .failed(step: .execute, errno: EACCES))
                chmod(script, 0o755)
                #expect(try error(script) == .failed(step: .execute, errno: ENOEXEC))
                #expect(
                    try error("/bin/true") { $0.workingDirectory = directory + "/none" }
                        == .failed(step: .workingDirectory, errno: ENOENT))
                #expect(
                    try error("/bin/true") { $0.workingDirectory = script }
                        == .failed(step: .workingDirectory, errno: ENOTDIR))
                #expect(
                    try error("/bin/true") { $0.descriptors.append(DescriptorMapping(1_000_000, as: 3)) }
                        == .failed(step: .descriptors, errno: EBADF))
                #expect(
                    try error("/bin/true") { $0.deathSignal = Signal(rawValue: 1000) }
                        == .failed(step: .deathSignal, errno: EINVAL))
            }
        }

        @Test("A dropped handle kills its child and the next spawn reaps it") func dropped() throws {
            let spawner = Spawner()
            func make() throws -> Int32 {
                try spawner.spawn(
                    SpawnPlan(executable: "/bin/sleep", arguments: ["sleep", "600"], environment: try environment())
                ).processIdentifier
            }
            let process = try make()
            try eventually {
                _ = try make()
                return ProcessTable.record(of: process) == nil
            }
        }
    }
}

extension MemoryFile {
    /// An owner that fits into an array.
    final class Handle {
        private var file: MemoryFile
        var number: Int32 { file.descriptor.rawValue }

        init(content: String) throws {
            file = try MemoryFile()
            try file.append(ArraySlice(content.utf8))
        }
    }
}
