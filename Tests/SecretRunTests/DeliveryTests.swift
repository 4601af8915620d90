import EventLoop
import Foundation
import KeeperProtocol
import SecretMemory
import Testing

@testable import SecretRun

extension WithVault {
    @Suite("Delivery", .serialized)
    struct Delivery {
        @Test("A value is in the environment of the program, and in no argument vector")
        func environment() throws {
            try Bench.run { bench in
                try bench.set(["TOKEN": "value-of-the-token-1", "OTHER": "value-of-the-other-2"])
                let result = try bench.sh(
                    "echo $TOKEN ${OTHER-none}; cat /proc/$$/cmdline | tr '\\0' ' '; tr '\\0' '\\n' < /proc/$$/environ | grep -c value-of; "
                        + "ls -m /proc/$$/fd; cat", ["TOKEN"], stdin: "in")
                let lines = (result.out ?? "\(result)").split(separator: "\n")
                #expect(lines.first == "value-of-the-token-1 none")
                #expect(lines.count == 4 && !lines[1].contains("value-of-the") && lines[1].hasSuffix(" 1"))
                #expect(lines.suffix(2) == ["0, 1, 2", "in"])
                let opened = try #require(try result.get().opened)
                #expect(opened.projectName == "shop" && opened.entries.map(\.key) == ["TOKEN"])
                #expect(bench.recorded == ["/usr/bin/sh"] || bench.recorded == ["/bin/sh"])
                try bench.waitForEnd(.exited)
            }
        }

        @Test("By descriptor: a sealed file at /dev/fd/N, as often as wanted, that nobody can change")
        func descriptor() throws {
            try Bench.run { bench in
                let value: [UInt8] = Array("binary".utf8) + [0, 255, 10, 0] + Array("tail".utf8)
                try bench.set(["BLOB": value, "SECOND": Array("another value".utf8)])
                let script = """
                    echo $BLOB $SECOND; cat $BLOB; cat $BLOB; cat $SECOND; echo
                    (echo x > $BLOB) 2>/dev/null; (echo x >> $BLOB) 2>/dev/null
                    /usr/bin/python3 -c '
                    import os
                    print(os.read(21, 100).decode())
                    for attempt in (lambda: os.truncate("/dev/fd/20", 0), lambda: os.pwrite(20, b"x", 0), lambda: os.ftruncate(20, 99)):
                        try: attempt(); print("changed")
                        except OSError: pass' 2>&1
                    ls -m /proc/$$/fd; stat -Lc %a $BLOB; sh -c 'cat $SECOND'
                    """
                let result = try bench.sh(script, ["BLOB", "SECOND"], as: .descriptor)
                let expected = Array("/dev/fd/20 /dev/fd/21\n".utf8) + value + value + Array("another value\nanother value\n0, 1, 2, 20, 21\n400\nanother value".utf8)
                #expect(try result.get().direct.stdout.contents() == expected, "\(result.out ?? "") \(result.err ?? "")")
            }
        }

        @Test("As a file: in memory, private, readable by a program that closes what it does not know, gone with the run")
        func file() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "a key in a file"])
                let result = try bench.sh(
                    "stat -fc %T $KEY; stat -c '%a %u' $KEY $(dirname $KEY); cat $KEY; ln $KEY $(dirname $KEY)/link && echo; echo $(dirname $KEY)",
                    ["KEY"], as: .file)
                let lines = (result.out ?? "").split(separator: "\n")
                #expect(lines.dropLast() == ["tmpfs", "600 \(getuid())", "700 \(getuid())", "a key in a file"])
                // What was linked beside it is empty, and goes with the server.
                let link = "\(lines.last ?? "")/link"
                #expect(try String(contentsOfFile: link, encoding: .utf8) == "")
                #expect(bench.valueFiles() == [String(link.dropFirst("/dev/shm/".count))])
                bench.files.removeAll()
                #expect(!FileManager.default.fileExists(atPath: String(lines.last ?? "/")))
            }
        }

        @Test("ssh-keygen takes a key by descriptor and as a file", arguments: [OpenedEntry.Delivery.descriptor, .file])
        func sshKey(delivery: OpenedEntry.Delivery) throws {
            try Bench.run { bench in
                let made = try bench.sh("ssh-keygen -q -t ed25519 -N '' -f made && cat made.pub", [])
                #expect(made.code == 0, "\(made.err ?? "")")
                try bench.set(["SSH_KEY": Array(try Data(contentsOf: URL(fileURLWithPath: bench.root + "/made")))])
                let result = try bench.sh("ssh-keygen -y -f \"$SSH_KEY\"", ["SSH_KEY"], as: delivery)
                let words = { (text: String?) in (text ?? "").split(separator: " ").prefix(2) }
                #expect(!words(result.out).isEmpty && words(result.out) == words(made.out), "\(result.err ?? "")")
            }
        }

        @Test("ssh itself, which closes descriptors above 2, reads a key that is a file")
        func ssh() throws {
            try Bench.run { bench in
                _ = try bench.sh("ssh-keygen -q -t ed25519 -N '' -f made", [])
                try bench.set(["SSH_KEY": Array(try Data(contentsOf: URL(fileURLWithPath: bench.root + "/made")))])
                // Port 1 of this machine answers nobody; whether the key was read is told before.
                let result = try bench.sh(
                    "ssh -v -F none -i $SSH_KEY -o BatchMode=yes -o IdentitiesOnly=yes -p 1 127.0.0.1 true", ["SSH_KEY"], as: .file)
                #expect(result.err?.contains("Identity file") == false && result.code == 255, "\(result.err ?? "")")
            }
        }

        @Test("The person's word on the way comes before the agent's")
        func precedence() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "value of the key"])
                try bench.rule("KEY") { $0.delivery = .file }
                #expect(try bench.sh("case $KEY in /dev/shm/*) cat $KEY;; esac", ["KEY"], as: .descriptor).out == "value of the key")
            }
        }

        @Test("A NUL cannot be in a variable, and that is told; nothing ran")
        func nul() throws {
            try Bench.run { bench in
                try bench.set(["FINE": Array("a fine value".utf8), "BLOB": Array("eight bytes".utf8) + [0, 1]])
                let failure = try bench.sh("touch ran", ["FINE", "BLOB"]).failure
                #expect(failure == .containsNUL(key: "BLOB"))
                #expect(!FileManager.default.fileExists(atPath: bench.root + "/ran"))
                try bench.waitForEnd(.notStarted)
                #expect(try bench.sh("wc -c < $BLOB", ["BLOB"], as: .file).out == "13\n")
            }
        }

        @Test("More secrets by descriptor than a program can be given are refused")
        func manyDescriptors() throws {
            try Bench.run { bench in
                let keys = (0..<30).map { "KEY_\($0)" }
                try bench.set(Dictionary(uniqueKeysWithValues: keys.map { ($0, "value of \($0) here") }))
                #expect(try bench.sh("true", keys, as: .descriptor).failure == .tooManyDescriptors)
                let some = try bench.sh("cat /dev/fd/20 /dev/fd/48", Array(keys.dropLast()), as: .descriptor)
                #expect(some.out == "value of KEY_0 herevalue of KEY_28 here")
            }
        }

        @Test("What a dead server left is removed, what a living one has is kept, and a disk is refused")
        func leftovers() throws {
            let base = "/dev/shm/execkit-test-" + UUID().uuidString
            let manager = FileManager.default
            try manager.createDirectory(atPath: base, withIntermediateDirectories: false)
            defer { try? manager.removeItem(atPath: base) }
            let living = ValueFiles(places: [base], youngest: 0)
            let kept = try living.add(try secret(Array("of the living".utf8)))
            for (index, names) in [["lock", "0123"], ["0123"], []].enumerated() {
                let dead = "\(base)/\(ValueFiles.prefix)dead\(index)"
                try manager.createDirectory(atPath: dead, withIntermediateDirectories: false)
                for name in names { #expect(manager.createFile(atPath: "\(dead)/\(name)", contents: Data("left".utf8))) }
            }
            try manager.createDirectory(atPath: "\(base)/somebody-else's", withIntermediateDirectories: false)
            let cautious = ValueFiles(places: [base], youngest: 600_000)
            _ = try cautious.add(try secret([1]))
            #expect(try manager.contentsOfDirectory(atPath: base).count == 6)
            let next = ValueFiles(places: ["relative", "/proc", base], youngest: 0)
            let made = try next.add(try secret(Array("of the next".utf8)))
            #expect(try manager.contentsOfDirectory(atPath: base).count == 4)
            #expect(manager.contents(atPath: kept.path) == Data("of the living".utf8))
            next.remove(made.name)
            #expect(!manager.fileExists(atPath: made.path))
            for files in [living, cautious, next] { files.removeAll() }
            #expect(try manager.contentsOfDirectory(atPath: base) == ["somebody-else's"])
            // A directory that somebody removed is made anew.
            let again = try living.add(try secret([1])).path
            try manager.removeItem(atPath: (again as NSString).deletingLastPathComponent)
            #expect(throws: Never.self) { try living.add(try secret([1])) }
            living.removeAll()
            for place in ["/", "/proc", "/nowhere", "relative"] {
                #expect(throws: SecretRunFailure.noPlaceInMemory) { _ = try ValueFiles(places: [place], youngest: 0).add(try secret([1])) }
            }
        }
    }
}
