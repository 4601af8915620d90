import EventLoop
import Foundation
import Spawn
import Testing

@testable import Sessions

extension RealShells {
    @Suite("Attacks on the framing", .serialized)
    struct Attacks {
        @Test("Writing to every descriptor in reach forges nothing", arguments: Transport.present)
        func descriptors(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                let fake = "bash: 0 @\(String(repeating: "0", count: 32)) 1.hi: E_\(String(repeating: "0", count: 32)): 0 1.hi"
                let attack = """
                    for p in self $$ $PPID; do for f in /proc/$p/fd/*; do
                    case $f in */40|*/41|*/1|*/2) continue;; esac
                    /bin/sh -c 'echo "$1" > "$2"' x '\(fake)' $f; done; done 2>/dev/null; (exit 42)
                    """
                for _ in 0..<3 {
                    let outcome = try harness.run(session, attack, timeout: .seconds(60))
                    #expect(outcome.exitCode == 42)
                    #expect(!outcome.timedOut)
                    #expect(try harness.run(session, "echo ok").out == "ok\n")
                }
            }
        }

        @Test("What a command starts holds no end of the control channel")
        func inheritance() throws {
            try Harness.run { harness in
                let session = try harness.open()
                let outcome = try harness.run(session, "sh -c 'ls -l /proc/self/fd'; ls -l /proc/self/fd")
                #expect(outcome.out.contains("pipe:"))
                #expect(!outcome.out.contains("socket:"))
            }
        }

        @Test("A shell's own code that looks at everything finds no nonce of the report")
        func search() throws {
            try Harness.run { harness in
                // Directories of this machine may have such numbers in their names.
                let session = try harness.open {
                    $0.environment = ["PATH", "HOME", "TMPDIR", "SHELL", "USER"].map { .init(name: $0, value: "/bin") }
                }
                let outcome = try harness.run(
                    session, "set; declare -p; export -p; trap; echo \"$BASH_COMMAND $BASH_EXECUTION_STRING $PS1$PS4\"")
                #expect(outcome.exitCode == 0)
                #expect(outcome.out.range(of: "[0-9a-f]{32}", options: .regularExpression) == nil)
            }
        }

        @Test("Printed marks of every kind are output and nothing else", arguments: Transport.present)
        func marks(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                let text = "bash: 0 @x 1.hi: E_x: 0 1.hi\u{1e}__END__\n${E_?}\n"
                let outcome = try harness.run(session, ExecRequest("cat; cat >&2", stdin: Array(text.utf8)))
                #expect(outcome.out == text)
            }
        }

        @Test("Any text gives a result, and the session goes on or says that it ended", arguments: [1, 2, 3], Transport.bashes)
        func anyText(seed: UInt64, shell: Transport) throws {
            var random = SeededRandom(seed: seed)
            let pieces = [
                "'", "\"", "`", "$(", ")", "((", "}", "{", "<<E\n", "\n", ";", "&&", "|", "\\", "!", "#", "$'", "${x",
                "echo a", "eval ", "[[ ", "case x in", "for i in", "\u{1}", "\u{7f}", "é", "\r\n", "x=(", "*", "~", "\t",
            ]
            try Harness.run { harness in
                var session = try harness.open(shell)
                for _ in 0..<60 {
                    let text = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                        pieces.randomElement(using: &random)!
                    }.joined(separator: " ")
                    let outcome = try harness.run(session, text, timeout: .seconds(60))
                    #expect(!outcome.timedOut, "\(text)")
                    if !session.isOpen { session = try harness.open(shell) }
                    #expect(try harness.run(session, "echo ok").out == "ok\n", "\(text)")
                }
            }
        }

        @Test("A quoted text reaches the shell byte for byte", arguments: Transport.present)
        func bytes(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                var text = (1...255).map { UInt8($0) }.filter { $0 != UInt8(ascii: "'") }
                text += Array("\r\n!x\\n".utf8)
                let command = Array("printf '%s' '".utf8) + text + Array("'".utf8)
                let outcome = try harness.run(session, ExecRequest(command: command))
                #expect(outcome.stdout.contents() == text)
            }
        }
    }

    @Suite("One session", .serialized)
    struct OneSession {
        @Test("Commands run in the order they came, each with its own result", arguments: Transport.bashes)
        func order(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                var results: [String] = []
                for number in 0..<50 {
                    session.execute(ExecRequest("echo \(number)"), progress: nil) { result in
                        results.append((try? result.get().out) ?? "failed")
                    }
                }
                try harness.wait { results.count == 50 }
                #expect(results == (0..<50).map { "\($0)\n" })
            }
        }

        @Test("The directory is the kernel's", arguments: Transport.bashes)
        func directory(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                #expect(try harness.run(session, ":").cwd == harness.directory)
                #expect(try harness.run(session, "mkdir d; cd d; PWD=/forged").cwd == harness.directory + "/d")
            }
        }

        @Test("The environment is the allowlist, the operator's names and the session's own")
        func environment() throws {
            try Harness.run { harness in
                let secret = "EXECKIT_TEST_\(UUID().uuidString.prefix(8))"
                setenv(secret, "hidden", 1)
                defer { unsetenv(secret) }
                let plain = try harness.open()
                #expect(!(try harness.run(plain, "env").out.contains(secret)))
                let told = try harness.open {
                    $0.inheritedNames = [secret]
                    $0.environment = [.init(name: "OWN", value: "a b=c")]
                }
                let out = try harness.run(told, "echo \"$\(secret) $OWN $PAGER\"").out
                #expect(out == "hidden a b=c cat\n")
            }
        }

        @Test("A command of a megabyte comes through", arguments: Transport.present)
        func largeCommand(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                let long = String(repeating: "é!'x", count: 200_000)
                let outcome = try harness.run(session, "v=\"\(long)\"; printf %s \"$v\"")
                #expect(outcome.stdout.contents() == Array(long.utf8))
                #expect(try harness.run(session, "echo ok").out == "ok\n")
            }
        }

        @Test("A line of ten megabytes comes through whole", arguments: Transport.bashes)
        func longLine(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                let outcome = try harness.run(session, "head -c 10000000 /dev/zero | tr '\\0' x; printf end >&2")
                #expect(outcome.stdout.isComplete)
                #expect(outcome.stdout.totalBytes == 10_000_000)
                #expect(outcome.stdout.contents().allSatisfy { $0 == UInt8(ascii: "x") })
                #expect(outcome.err == "end")
            }
        }

        @Test("Of a hundred megabytes the head and the tail are kept", arguments: Transport.bashes)
        func flood(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                let flood = try harness.run(session, "printf start; head -c 100000000 /dev/zero; echo end")
                #expect(flood.stdout.totalBytes == 100_000_009)
                #expect(flood.stdout.omittedBytes > 0)
                #expect(flood.stdout.bytes(at: 0, length: 6) == Array("start\0".utf8))
                #expect(flood.stdout.bytes(at: 100_000_005, length: 10) == Array("end\n".utf8))
                #expect(try harness.run(session, "echo ok").out == "ok\n")
            }
        }

        @Test("Output is bytes: NUL, CR LF and what is not UTF-8 stay as they are", arguments: Transport.present)
        func binary(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                let outcome = try harness.run(session, "printf 'a\\r\\nb\\000c\\377\\200'; printf '\\000\\376' >&2")
                #expect(outcome.stdout.contents() == Array("a\r\nb\0c".utf8) + [0xFF, 0x80])
                #expect(outcome.stderr.contents() == [0, 0xFE])
            }
        }

        // Of bash alone: the time may be up before the shell has read the whole line, which the others do not always survive.
        @Test("When its time is up a command is interrupted, and the session goes on", arguments: Transport.bashes)
        func timeout(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                let outcome = try harness.run(session, "sleep 1000", timeout: .milliseconds(100))
                #expect(outcome.timedOut)
                #expect(outcome.exitCode == 124)
                #expect(outcome.duration >= .milliseconds(100))
                #expect(try harness.run(session, "echo ok").out == "ok\n")
            }
        }

        @Test("A shell that ignores SIGINT in a loop of its own is ended, with the reason and its output", arguments: Transport.bashes)
        func uninterruptible(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                let outcome = try harness.expire(
                    session, ExecRequest("trap '' INT TERM; echo deaf; while :; do :; done"), after: "deaf\n")
                #expect(outcome.timedOut)
                #expect(outcome.exitCode == 124)
                #expect(outcome.out == "deaf\n")
                #expect(outcome.sessionEnd == .uninterruptible)
                #expect(session.end == .uninterruptible)
                var left: Int?
                session.close(.destroyed) { left = $0 }
                try harness.wait { left != nil }
                #expect(left == 0)
            }
        }

        @Test("Progress carries what is printed, as it is printed", arguments: Transport.bashes)
        func progress(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                var seen: [UInt8] = []
                var done = false
                // The command waits for a file that only comes when its first output was seen.
                session.execute(ExecRequest("echo first; while ! [ -e go ]; do sleep 0.01; done; echo second")) {
                    _, bytes in seen += bytes
                } completion: { _ in done = true }
                try harness.wait { seen == Array("first\n".utf8) }
                #expect(!done)
                _ = FileManager.default.createFile(atPath: harness.directory + "/go", contents: nil)
                try harness.wait { done }
                #expect(seen == Array("first\nsecond\n".utf8))
            }
        }

        @Test("A running command is cancelled, a waiting one never starts", arguments: Transport.bashes)
        func cancel(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                var first: ExecOutcome?
                var second: ExecFailure?
                var started = false
                let running = session.execute(ExecRequest("echo up; sleep 1000")) { _, _ in started = true } completion: {
                    first = try? $0.get()
                }
                let waiting = session.execute(ExecRequest("touch ran"), progress: nil) {
                    if case .failure(let failure) = $0 { second = failure }
                }
                try harness.wait { started }
                waiting.cancel()
                running.cancel()
                try harness.wait { first != nil && second != nil }
                #expect(first?.cancelled == true)
                #expect(first?.exitCode == 130)
                #expect(first?.out == "up\n")
                #expect(second == .cancelled)
                #expect(try harness.run(session, "ls").out == "")
            }
        }

        @Test("A command cancelled as soon as it is given leaves the session", arguments: Transport.bashes)
        func cancelAtOnce(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                for _ in 0..<20 {
                    var outcome: ExecOutcome?
                    let command = session.execute(ExecRequest("sleep 1000"), progress: nil) { outcome = try? $0.get() }
                    // A shell that answers a late question first has it a little later.
                    try harness.wait { command.isStarted }
                    command.cancel()
                    try harness.wait { outcome != nil }
                    #expect(outcome?.cancelled == true)
                    #expect(outcome?.exitCode == 130)
                    #expect(outcome?.sessionEnd == nil)
                    #expect(try harness.run(session, "echo ok").out == "ok\n")
                }
            }
        }

        @Test("A command cancelled at any moment costs the next one nothing", arguments: [
            ("", "echo x"), ("", "sleep 1000"), ("set -m", "sleep 1000"), ("set -m", "sleep 0.001; (sleep 1000)"),
        ], Transport.bashes)
        func cancelledAnywhere(_ commands: (before: String, command: String), shell: Transport) throws {
            let (before, command) = commands
            try Harness.run { harness in
                let session = try harness.open(shell)
                if !before.isEmpty { _ = try harness.run(session, before) }
                var random = SeededRandom(seed: 7)
                for turn in 0..<25 {
                    var isOver = false
                    let running = session.execute(ExecRequest(command), progress: nil) { _ in isOver = true }
                    let moment = harness.loop.now + .microseconds(Int.random(in: 0..<3000, using: &random))
                    while !isOver, harness.loop.now < moment { try harness.loop.runOnce(timeout: .microseconds(100)) }
                    running.cancel()
                    let next = try harness.run(session, "echo after \(turn)")
                    #expect(next.out == "after \(turn)\n" && next.sessionEnd == nil, "turn \(turn)")
                    #expect(isOver)
                    guard next.sessionEnd == nil else { break }
                }
            }
        }

        @Test("What may not be recorded does not run; NUL is refused", arguments: Transport.bashes)
        func refusals(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                #expect(throws: ExecFailure.notRecorded) {
                    try harness.run(session, ExecRequest("touch ran", beforeStart: { false }))
                }
                #expect(throws: ExecFailure.nulInCommand) { try harness.run(session, "echo a\0b") }
                #expect(try harness.run(session, "ls").out == "")
            }
        }

        @Test("A command without limit outlives the caller's patience and the session stays busy", arguments: Transport.bashes)
        func detach(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                var outcome: ExecOutcome?
                let command = session.execute(
                    ExecRequest("echo a; while ! [ -e go ]; do sleep 0.01; done; echo b", timeout: .seconds(600)),
                    progress: nil
                ) { outcome = try? $0.get() }
                try harness.wait { command.stdout.totalBytes == 2 }
                command.detach()
                #expect(session.isBusy)
                _ = FileManager.default.createFile(atPath: harness.directory + "/go", contents: nil)
                try harness.wait { outcome != nil }
                #expect(outcome?.out == "a\nb\n")
                #expect(!session.isBusy)
            }
        }

        @Test("Late output of background children is dropped and counted, not given to the next command", arguments: Transport.bashes)
        func late(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                let outcome = try harness.run(
                    session, "(while ! [ -e go ]; do sleep 0.01; done; echo late; touch done) & disown; echo now")
                #expect(outcome.out == "now\n")
                _ = FileManager.default.createFile(atPath: harness.directory + "/go", contents: nil)
                try harness.wait { FileManager.default.fileExists(atPath: harness.directory + "/done") }
                let next = try harness.run(session, "echo next")
                #expect(next.out == "next\n")
            }
        }

        @Test("Nothing is left of a closed session, not even daemons", arguments: Transport.present)
        func close(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                _ = try harness.run(session, "sleep 1001 & setsid sleep 1002 & (setsid sh -c 'sleep 1003 & trap \"\" TERM HUP; sleep 1004' &) ; :")
                var running: Result<ExecOutcome, ExecFailure>?
                let last = session.execute(ExecRequest("sleep 1005"), progress: nil) { running = $0 }
                try harness.wait { last.isStarted }
                var left: Int?
                session.close(.destroyed) { left = $0 }
                try harness.wait { left != nil && running != nil }
                #expect(left == 0)
                #expect(try running?.get().sessionEnd == .closed(.destroyed))
                #expect(harness.spawner.orphans().isEmpty)
                #expect(throws: ExecFailure.sessionEnded(.closed(.destroyed))) { try harness.run(session, ":") }
            }
        }
    }

    @Suite("Background commands", .serialized)
    struct Background {
        func start(_ harness: Harness, _ session: any Session, _ command: String) throws -> any BackgroundCommand {
            var result: Result<any BackgroundCommand, ExecFailure>?
            session.startBackground(BackgroundRequest(command: Array(command.utf8))) { result = $0 }
            try harness.wait { result != nil }
            return try result!.get()
        }

        @Test("It has the session's directory and variables, reads what is written and ends", arguments: Transport.present)
        func whole(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                _ = try harness.run(session, "cd /; export V='a  b'; umask 027; (exit 3)")
                let job = try start(harness, session, "pwd; echo \"$V\"; umask; read x; echo \"<$x>\"; cat; exit 7")
                #expect(try harness.run(session, "echo $?").out == "3\n")
                #expect(job.write(Array("one\ntwo\n".utf8)))
                job.closeInput()
                try harness.wait { job.exitCode != nil }
                #expect(job.exitCode == 7)
                #expect(String(decoding: job.stdout.contents(), as: UTF8.self) == "/\na  b\n0027\n<one>\ntwo\n")
                #expect(job.stderr.totalBytes == 0)
                #expect(!job.write([1]))
            }
        }

        @Test("In bash it has functions and aliases too", arguments: Transport.bashes)
        func functions(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                _ = try harness.run(session, "f() { echo \"f $1\"; }; alias g='f 2'; readonly R=1")
                let job = try start(harness, session, "f 1\ng\nnosuch")
                try harness.wait { job.exitCode != nil }
                #expect(job.exitCode == 127)
                #expect(String(decoding: job.stdout.contents(), as: UTF8.self) == "f 1\nf 2\n")
            }
        }

        @Test("At a shutdown its end is told before the session is closed, also when it has ended unseen", arguments: [true, false])
        func shutdown(hasEnded: Bool) throws {
            try Harness.run { harness in
                let session = try harness.open()
                let jobs = try (0..<3).map { _ in try start(harness, session, "exec sleep 1000") }
                var told = 0
                for job in jobs { job.onEnd = { told += 1 } }
                if hasEnded {
                    // Ended for the kernel, while the loop does not turn any more.
                    for job in jobs {
                        kill(job.processIdentifier, SIGKILL)
                        let deadline = Date(timeIntervalSinceNow: 120)
                        while ProcessTable.record(of: job.processIdentifier)?.hasEnded == false, Date() < deadline { usleep(1000) }
                    }
                }
                harness.table.closeAllNow()
                #expect(told == 3)
                #expect(jobs.allSatisfy { $0.exitCode != nil })
            }
        }

        @Test("It is stopped when asked, and ends with its session", arguments: Transport.bashes)
        func stop(shell: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(shell)
                let job = try start(harness, session, "sleep 1000")
                job.stop(grace: .seconds(60))
                try harness.wait { job.exitCode != nil }
                #expect(job.exitCode == 143)
                let other = try start(harness, session, "trap '' TERM; echo up; while :; do sleep 1000; done")
                try harness.wait { other.stdout.totalBytes > 0 }
                var left: Int?
                session.close(.destroyed) { left = $0 }
                try harness.wait { left != nil && other.exitCode != nil }
                #expect(left == 0)
                #expect(harness.spawner.orphans().isEmpty)
            }
        }
    }

    @Suite("The table", .serialized)
    struct Table {
        @Test("Its limit counts starting sessions, its list is in order of creation")
        func limit() throws {
            try Harness.run(limit: 3) { harness in
                var results: [Result<any Session, SessionStartFailure>] = []
                for _ in 0..<4 { harness.table.createLocal(harness.options()) { results.append($0) } }
                try harness.wait { results.count == 4 }
                #expect(results.count { if case .failure(.limitReached(limit: 3)) = $0 { true } else { false } } == 1)
                let names = harness.table.sessions.map(\.identifier)
                #expect(names.count == 3)
                #expect(Set(names).count == 3)
                #expect(names.allSatisfy { $0.utf8.count == 32 + "_local".utf8.count })
                harness.table.session(names[1])?.close(.destroyed)
                #expect(harness.table.sessions.map(\.identifier) == [names[0], names[2]])
                _ = try harness.open()
            }
        }

        @Test("An idle session is closed by the clock, a busy one is not")
        func idle() throws {
            try Harness.run(idleLimit: .milliseconds(200)) { harness in
                var ends: [SessionEnd] = []
                harness.table.onEnd = { _, end in ends.append(end) }
                // The busy one first, and at work before the loop turns again: however long the other takes to start,
                // neither can be idle too long before the test looks.
                let busy = try harness.open()
                var done = false
                busy.execute(ExecRequest("while ! [ -e go ]; do sleep 0.01; done"), progress: nil) { _ in done = true }
                let idle = try harness.open()
                try harness.wait { !idle.isOpen }
                #expect(ends == [.closed(.idle)])
                #expect(busy.isOpen)
                _ = FileManager.default.createFile(atPath: harness.directory + "/go", contents: nil)
                try harness.wait { done }
                try harness.wait { !busy.isOpen }
            }
        }

        @Test("A shell that cannot start leaves a reason and no process")
        func failures() throws {
            try Harness.run { harness in
                #expect(throws: SessionStartFailure.notSpawned(.failed(step: .workingDirectory, errno: 2))) {
                    try harness.open { $0.workingDirectory = "/nowhere/at/all" }
                }
                #expect(throws: SessionStartFailure.directoryNotAbsolute) {
                    try harness.open { $0.workingDirectory = "relative" }
                }
                #expect(throws: SessionStartFailure.shellEnded(.code(1))) { try harness.open { $0.shell = "/bin/false" } }
                #expect(harness.spawner.orphans().isEmpty)
                #expect(harness.table.sessions.isEmpty)
            }
        }

        @Test("A shell that started something is not alone, and one that ended runs nothing")
        func alone() throws {
            try Harness.run { harness in
                let session = try harness.open()
                let child = try #require(session as? LocalSession).shell.child
                _ = try harness.run(session, "(setsid sleep 1000 &)")
                #expect(!child.isAlone)
                #expect(child.isExecuting)
                var left: Int?
                session.close(.destroyed) { left = $0 }
                try harness.wait { left != nil }
                #expect(left == 0)
                #expect(!child.isExecuting)
            }
        }

        @Test("Many shells are opened and closed, and none is left")
        func many() throws {
            try Harness.run { harness in
                for number in 0..<30 {
                    let session = try harness.open()
                    // Closed in the midst of starting something, every other time.
                    if number % 2 == 1 { session.execute(ExecRequest("(setsid sleep 1000 &)"), progress: nil) { _ in } }
                    var left: Int?
                    session.close(.destroyed) { left = $0 }
                    try harness.wait { left != nil }
                    #expect(left == 0)
                    #expect(harness.spawner.orphans().isEmpty)
                }
            }
        }

        @Test("Shutdown ends everything at once")
        func shutdown() throws {
            try Harness.run { harness in
                let session = try harness.open()
                var result: Result<ExecOutcome, ExecFailure>?
                session.execute(ExecRequest("setsid sleep 1000 & trap '' INT TERM; while :; do :; done"), progress: nil) {
                    result = $0
                }
                harness.table.closeAllNow()
                #expect(try result?.get().sessionEnd == .closed(.shutdown))
                #expect(harness.spawner.orphans().isEmpty)
                var gone: Int?
                harness.table.closeAll { gone = $0 }
                try harness.wait { gone != nil }
                #expect(gone == 0)
            }
        }
    }
}
