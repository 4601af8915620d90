import EventLoop
import Foundation
import Testing

@testable import Checkpoints

extension RealWorkspaces {
    @Suite struct Faults {
        /// Whatever moment a run dies in, the next one works, and what was there can be brought back.
        @Test(arguments: Backend.both) func aRunThatIsKilledLeavesTheStoreUsable(backend: Backend) throws {
            let bench = try Bench(backend)
            bench.shell("mkdir d; for i in $(seq 300); do echo $i >d/f$i; done; mkdir e; chmod 700 e; echo x >e/x; chmod 600 e/x")
            let first = try bench.create("first")
            let before = bench.picture()
            for round in 0..<12 {
                bench.shell("rm -f d/f1*; echo round \(round) >d/f2; mkdir -p new\(round)/sub; echo n >new\(round)/sub/n; chmod 644 e/x")
                let delay = Duration.milliseconds(round * 14 + 1)
                let timer = bench.loop.after(delay) { bench.runner.killAll() }
                if round.isMultiple(of: 2) {
                    _ = try bench.wait { bench.store.create(label: Array("\(round)".utf8), then: $0) }
                } else {
                    _ = try bench.wait { bench.store.restore(first.id, then: $0) }
                }
                timer.cancel()
                #expect(try bench.wait { bench.store.automatic(then: $0) }.isSuccess)
                #expect(try bench.restore(first.id).kept == [])
                #expect(bench.picture() == before)
            }
            guard backend == .git else { return }
            #expect(bench.shell("git --git-dir='\(bench.storePath)/git' fsck --strict 2>&1 | grep -v -E '^(dangling|notice|Checking)'") == "")
        }

        @Test(arguments: Backend.both) func anotherRunOnTheStoreIsWaitedForByNobody(backend: Backend) throws {
            let bench = try Bench(backend)
            bench.shell("echo 1 >f")
            try bench.create()
            // A living process that has the number and the start of the holder.
            bench.shell("s=$(cut -d')' -f2 /proc/\(getpid())/stat | cut -d' ' -f21); ln -s \(getpid()).$s '\(bench.storePath)/lock'")
            bench.shell("echo 2 >f")
            #expect(try bench.wait { bench.store.create(then: $0) } == .failure(.busy))
            // The same number, but another process: the holder is dead.
            bench.shell("ln -sfn \(getpid()).1 '\(bench.storePath)/lock'")
            #expect(try bench.create().isNew)
        }

        @Test func aContentThatHasNotItsHashIsSeenBeforeAnythingIsTouched() throws {
            let bench = try Bench(.plain)
            bench.shell("echo 1 >f; echo 1 >g; mkdir d; echo deep >d/h")
            let made = try bench.create()
            bench.shell("echo 2 >f; rm -r d; echo new >n")
            let before = bench.picture()
            let damage = "object='\(bench.storePath)/objects/'$(printf 'deep\\n' | sha256sum | cut -c 1-64)"
            #expect(bench.shell("\(damage); cat $object; printf x >>$object") == "deep\n")
            #expect(try bench.wait { bench.store.restore(made.id, then: $0) } == .failure(.storeDamaged))
            #expect(bench.picture() == before)
            bench.shell("\(damage); rm $object")
            #expect(try bench.wait { bench.store.restore(made.id, then: $0) } == .failure(.storeDamaged))
            #expect(bench.picture() == before)
        }

        @Test(arguments: Backend.both) func aFullDiskIsToldAndNothingIsHalfDone(backend: Backend) throws {
            let bench = try Bench(backend, store: "ROOT/disk/s")
            let mounted = bench.shell("mkdir ../disk && mount -t tmpfs -o size=3m none ../disk 2>/dev/null && echo yes")
            guard mounted == "yes\n" else { return skip("a full disk needs the right to mount") }
            defer { bench.shell("umount '\(bench.root)/disk'") }
            bench.shell("echo 1 >f")
            let made = try bench.create()
            bench.shell("head -c 8000000 /dev/urandom >big; echo 2 >f")
            #expect(try bench.wait { bench.store.create(then: $0) } == .failure(.noSpace))
            #expect(try bench.list().count == 1)
            let before = bench.picture()
            #expect(try bench.wait { bench.store.restore(made.id, then: $0) } == .failure(.noSpace))
            #expect(bench.picture() == before)
            bench.shell("rm big")
            #expect(try bench.restore(made.id).kept == [])
            #expect(bench.shell("cat f") == "1\n")
        }

        @Test(arguments: Backend.both) func whatAnotherUserCannotReadIsToldAndComesBackOnceItIsOpen(backend: Backend) throws {
            let probe = try Bench()
            let drop = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh", "-c"]
            guard probe.shell("setpriv --reuid=65534 --regid=65534 --clear-groups true && echo yes") == "yes\n" else {
                return skip("another user needs root")
            }
            let bench = try Bench(backend, command: drop)
            bench.shell("mkdir open closed ../s; echo 1 >open/f; echo 1 >closed/f; echo 1 >locked; echo 1 >.env; chmod 000 locked .env; chown -R 65534:65534 . ../s; chmod 700 ../s")
            let first = try bench.create()
            #expect(first.leftOut.map { "\($0.reason.rawValue) \(text($0.path))" } == ["e .env", "u locked"])
            bench.shell("chmod 640 locked")
            let made = try bench.create()
            #expect(made.files == 3)
            let before = bench.picture()
            bench.shell("rm closed/f; echo 2 >locked; chmod 000 closed locked; echo 2 >open/f; chmod 500 open")
            #expect(try bench.restore(made.id).kept == [])
            #expect(bench.picture() == before)
        }

        /// Where each file is copied by a process, a quarter of them has to do.
        @Test(arguments: [(Backend.git, 40), (.plain, 10)])
        func aWorkspaceOfManyFilesIsCapturedAndRestored(backend: Backend, directories: Int) throws {
            let bench = try Bench(backend)
            bench.shell("for d in $(seq \(directories)); do mkdir -p d$d; done; for d in d*; do (cd $d; seq 500 | split -l 1 -a 3 - f); done")
            let made = try bench.create()
            #expect(made.files == 500 * directories)
            bench.shell("rm -r d7; for i in d9/*; do echo x >>$i; done; sleep 1.1")
            let plan = try bench.plan(made.id)
            #expect(plan.added.count == 500)
            #expect(plan.changed.count == 500)
            try bench.restore(made.id)
            #expect(bench.shell("cat d7/* d9/* | sort | uniq -c | awk '{print $1}' | uniq -c").split(separator: " ") == ["500", "2\n"])
            bench.shell("sleep 1.1")
            #expect(try bench.automatic().id == made.id)
        }

        private func skip(_ reason: String) { FileHandle.standardError.write(Data("➜ skipped: \(reason)\n".utf8)) }
    }
}

extension Result {
    var isSuccess: Bool { if case .success = self { true } else { false } }
}
