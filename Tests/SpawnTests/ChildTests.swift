import EventLoop
import Foundation
import Spawn
import Testing

extension ProcessSuites {
    @Suite("Children and their trees", .serialized)
    struct ChildTests {
        func start(_ script: String, spawner: Spawner = Spawner()) throws -> Child {
            try spawner.spawn(
                SpawnPlan(executable: "/bin/bash", arguments: ["bash", "-c", script], environment: try environment()))
        }

        @Test("Codes and signals are told apart") func statuses() throws {
            for code: Int32 in [0, 1, 127, 255] {
                let child = try start("exit \(code)")
                #expect(child.wait(atMost: .seconds(60)) == .code(code))
                #expect(child.reap() == .code(code))
                #expect(child.reap() == .code(code))
                #expect(child.isReaped)
            }
            for signal: Signal in [.terminate, .kill, .interrupt] {
                let child = try start("kill -\(signal.rawValue) $$")
                #expect(child.wait(atMost: .seconds(60)) == .signal(signal))
                #expect(child.exitStatus()?.shellCode == 128 + signal.rawValue)
            }
        }

        @Test("The event loop hears of an exit by the pidfd") func loop() throws {
            let loop = try EventLoop()
            let child = try start("exit 7")
            var status: ProcessExit?
            let watch = try loop.watch(child.pidDescriptor, .read) { _ in
                status = child.exitStatus()
                loop.stop()
            }
            loop.after(.seconds(60)) { loop.stop() }
            try loop.run()
            watch.cancel()
            #expect(status == .code(7))
        }

        @Test("A reaped child is not signalled, nor its number") func reaped() throws {
            let child = try start("exit 0")
            #expect(child.wait(atMost: .seconds(60)) == .code(0))
            #expect(!child.isReaped)
            child.reap()
            #expect(!child.signal(.terminate))
            #expect(!child.signalGroup(.terminate))
            #expect(child.members().isEmpty)
        }

        @Test("A record of a number that was taken over is not signalled") func recycled() throws {
            let child = try start("sleep 600")
            let record = try #require(ProcessTable.record(of: child.processIdentifier))
            let stranger = ProcessRecord(
                process: record.process, parent: record.parent, group: record.group, session: record.session,
                state: record.state, startTime: record.startTime - 1)
            #expect(!stranger.signal(.kill))
            #expect(child.exitStatus() == nil)
            #expect(record.signal(.kill))
            #expect(child.wait(atMost: .seconds(60)) == .signal(.kill))
        }

        @Test("A wait is bounded") func bounded() throws {
            let child = try start("sleep 600")
            #expect(child.wait(atMost: .milliseconds(5)) == nil)
            child.signal(.kill)
            #expect(child.wait(atMost: .seconds(60)) == .signal(.kill))
        }

        @Test("Commands that ignore signals, daemons and setsid are ended with the tree", arguments: [0, 1])
        func trees(grace: Int) throws {
            try withDirectory { directory in
                let script = """
                    cd \(directory)
                    (trap '' TERM INT HUP; echo $BASHPID > ignoring; while :; do sleep 600; done) &
                    setsid sh -c 'echo $$ > session; sleep 600' &
                    (setsid sh -c '(trap "" TERM; sh -c "echo \\$PPID" > daemon; sleep 600; sleep 600) & exit' &)
                    trap '' TERM
                    echo $BASHPID > leader
                    sleep 600; sleep 600
                    """
                let child = try start(script)
                let processes = try ["ignoring", "session", "daemon", "leader"].map {
                    try number(in: directory + "/" + $0)
                }
                #expect(processes.allSatisfy(isAlive))
                // The daemon's parents have gone: by now or soon its parent is the shell, which adopts.
                try eventually { ProcessTable.record(of: processes[2])?.parent == child.processIdentifier }
                #expect(Set(child.members().map(\.process)).isSuperset(of: processes))
                let ending = TreeEnding(
                    child, escalation: Escalation(grace: .milliseconds(50 * grace), limit: .seconds(60)))
                #expect(ending.finish() == .ended)
                #expect(child.exitStatus() == .signal(.kill))
                #expect(!processes.contains(where: isAlive))
                child.reap()
            }
        }

        @Test("A tree whose members fork and go is ended") func forking() throws {
            try withDirectory { directory in
                // Each runner starts its successor and goes: always three, never the same. The file ends them if the
                // test cannot.
                let runner = "[ -e \(directory)/stop ] || /bin/sh \(directory)/runner &\n"
                try Data(runner.utf8).write(to: URL(fileURLWithPath: directory + "/runner"))
                defer { _ = FileManager.default.createFile(atPath: directory + "/stop", contents: nil) }
                for _ in 0..<5 {
                    let child = try start(
                        "for i in 1 2 3; do /bin/sh \(directory)/runner; done; echo $$ > \(directory)/ready; sleep 600")
                    _ = try number(in: directory + "/ready")
                    let ending = TreeEnding(child, escalation: Escalation(grace: .zero, limit: .seconds(60)))
                    #expect(ending.finish() == .ended)
                    let session = child.processIdentifier
                    #expect(!ProcessTable.read().contains { $0.session == session && !$0.hasEnded })
                    try FileManager.default.removeItem(atPath: directory + "/ready")
                }
            }
        }

        @Test("A tree that obeys is asked, not killed") func asked() throws {
            try withDirectory { directory in
                let child = try start("trap 'exit 3' TERM; echo $$ > \(directory)/ready; while :; do sleep 0.01; done")
                _ = try number(in: directory + "/ready")
                let ending = TreeEnding(child, escalation: Escalation(grace: .seconds(60), limit: .seconds(60)))
                #expect(ending.finish() == .ended)
                #expect(child.exitStatus() == .code(3))
            }
        }

        @Test("Without adoption there are no orphans to end") func noAdoption() {
            let spawner = Spawner()
            #expect(!spawner.adoptsOrphans)
            #expect(spawner.orphans().isEmpty)
            #expect(spawner.endOrphans(atMost: .seconds(1)) == 0)
        }
    }
}
