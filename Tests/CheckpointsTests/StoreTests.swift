import EventLoop
import Foundation
import Testing

@testable import Checkpoints

/// Everything that starts processes, one after the other.
@Suite(.serialized) struct RealWorkspaces {}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

extension RealWorkspaces {
    @Suite struct Stories {
        @Test(arguments: Backend.both) func aStateComesBackAndTheRestoreCanBeUndone(backend: Backend) throws {
            let bench = try Bench(backend)
            bench.shell(
                """
                mkdir -p a/b empty .git; echo one >a/one; echo two >a/b/two; ln -s a/one link; ln -s nowhere dangling
                chmod 700 a/b; chmod 640 a/one; printf '#!/bin/sh\\n' >run; chmod 755 run; chmod 1777 empty; echo x >.git/config
                """)
            let before = bench.picture()
            let first = try bench.create("start")
            #expect(first.isNew)
            #expect(first.files == 5)
            #expect(first.leftOut == [])
            #expect(try bench.create("start").id == first.id)
            #expect(try bench.list().count == 1)
            bench.shell(
                """
                rm -r a/b empty; echo changed >a/one; chmod 600 run; mkdir new; echo n >new/n; rm link; mkdir link; echo l >link/l
                ln -sfn elsewhere dangling; chmod 755 a; mkdir -p new/empty
                """)
            let after = bench.picture()
            let plan = try bench.plan(first.id)
            #expect(plan.changed.map(text) == ["a/one", "dangling"])
            #expect(plan.added.map(text) == ["a/b/two", "link"])
            #expect(plan.deleted.map(text) == ["link/l", "new/n"])
            #expect(plan.directoriesAdded.map(text) == ["a/b", "empty"])
            #expect(plan.directoriesDeleted.map(text) == ["link", "new", "new/empty"])
            #expect(plan.modes.map { text($0.path) } == ["run"])
            #expect(bench.picture() == after)
            let outcome = try bench.restore(first.id)
            #expect(outcome.plan == plan)
            #expect(outcome.kept == [])
            #expect(bench.picture() == before)
            #expect(try bench.plan(first.id).isEmpty)
            let undone = try bench.restore(outcome.safety)
            #expect(bench.picture() == after)
            #expect(undone.safety == first.id)
            #expect(try bench.list().last?.label == Array("start".utf8))
        }

        @Test(arguments: Backend.both, ["002", "022", "077"])
        func modesComeBackWhateverTheUsualOnesAre(backend: Backend, mask: String) throws {
            let bench = try Bench(backend)
            bench.shell("umask \(mask); mkdir d; for i in 1 2 3 4 5 6; do echo $i >d/f$i; done; cp d/f1 run; chmod +x run; for m in 644 664 600 755 775 700 4755; do echo x >m$m; chmod $m m$m; done")
            let before = bench.picture()
            let made = try bench.create()
            bench.shell("rm d/f1 m664; chmod 640 d/f2 run m644; echo y >m600; chmod 777 m755; chmod 644 m775; chmod -x m700; echo 9 >run; echo n >m4755; chmod 755 d/f3")
            let changed = bench.picture()
            let outcome = try bench.restore(made.id)
            #expect(Picture.difference(bench.picture(), before) == [])
            try bench.restore(outcome.safety)
            #expect(Picture.difference(bench.picture(), changed) == [])
        }

        @Test(arguments: Place.all) func automaticCheckpointsSeeEveryKindOfChangeAndNothingElse(place: Place) throws {
            let bench = try Bench(place.backend, command: place.command)
            bench.shell("mkdir -p d/e; for i in 1 2 3 4 5; do echo $i >d/f$i; done; ln -s d link; touch -d '2 hours ago' d/f1")
            var last = try bench.automatic()
            #expect(last.isNew)
            for change in [
                "echo x >>d/f1", "chmod 600 d/f2", "chmod 700 d", "touch d/new", "rm d/f3", "mkdir d/empty", "rmdir d/empty",
                "ln -sfn d/f1 link", "mv d/f4 d/g4", "echo 9 >d/f5 && touch -r d/f1 d/f5", "rm -r d/e", "chmod +x d/f2", ": >d/-x",
                "mkdir node_modules && touch node_modules/x && echo 1 >>d/f1",
            ] {
                // Without a change, so that the quick look is what sees the next one.
                let same = try bench.untilTheQuickLook(change)
                #expect(same.id == last.id)
                #expect(!same.isNew)
                bench.shell(change)
                let next = try bench.automatic()
                #expect(next.id != last.id || change == "mkdir d/empty", "\(change)")
                last = next
            }
            #expect(try bench.automatic().isNew == false)
        }

        @Test(arguments: Place.all) func whatIsInNoCheckpointIsToldAndNeverTouched(place: Place) throws {
            let bench = try Bench(place.backend, ignores: ["*.log", "/data/big", "cache/"], command: place.command)
            bench.shell(
                """
                mkdir -p src node_modules/m sub/.git linked .ssh data data/deep/big cache; echo 1 >src/a; echo s >.env; echo s >src/.ENV.local
                echo k >src/Server.Key; echo k >.ssh/id; echo m >node_modules/m/x; echo n >sub/file; echo 'gitdir: ../x' >linked/.git
                echo l >linked/file; mkfifo pipe; echo l >src/x.log; echo b >data/big; echo b >data/deep/big/f; echo c >cache/c
                mkdir x; ln -s /etc x/.gitmodules; echo cache >src/cache; mkdir -p x/.GIT; echo i >x/.GIT/c
                echo '!.env' >.gitignore; echo 'src/a' >>.gitignore; echo '*' >data/.gitignore
                """)
            let made = try bench.create()
            #expect(
                Set(made.leftOut.map { "\($0.reason.rawValue) \(text($0.path))" }) == [
                    "e .env", "e src/.ENV.local", "e src/Server.Key", "e .ssh", "n sub", "n linked", "s pipe", "x x/.gitmodules", "x x/.GIT",
                ])
            // src/a, src/cache, the file below data/deep/big (the pattern is anchored), two .gitignore
            #expect(made.files == 5)
            let before = bench.picture()
            bench.shell("echo 2 >src/a; rm src/cache data/deep/big/f; echo after >new; echo after >y.log; echo after >node_modules/n; echo after >.env; echo after >sub/new")
            let changed = bench.picture()
            let outcome = try bench.restore(made.id)
            #expect(outcome.kept == [])
            #expect(outcome.plan.deleted.map(text) == ["new"])
            var wanted = before
            for name in ["/y.log", "/node_modules/n", "/.env", "/sub/new"] { wanted[name] = changed[name] }
            #expect(bench.picture() == wanted)
            let all = bench.shell(
                """
                cd '\(bench.storePath)'; git --git-dir=git cat-file --batch-all-objects --batch 2>/dev/null | strings
                find . -type f ! -path './git/*' ! -path './tmp/*' ! -name told -exec strings {} +
                """)
            #expect(!all.contains("Server.Key") && !all.contains(".ENV.local"))
        }

        @Test(arguments: Backend.both) func onlyThePathsOfTheScopeAreCapturedAndRestored(backend: Backend) throws {
            let bench = try Bench(backend, paths: ["src/a", "one file", "gone", "link/x", "repo/in"])
            bench.shell("mkdir -p src/a src/b other repo/.git repo/in; echo 1 >src/a/f; echo 1 >src/b/f; echo 1 >'one file'; ln -s other link; echo 1 >other/x; echo 1 >repo/in/f")
            let made = try bench.create()
            #expect(made.files == 2)
            #expect(made.leftOut.map { "\($0.reason.rawValue) \(text($0.path))" } == ["l link/x", "n repo"])
            bench.shell("echo 2 | tee src/a/f src/b/f 'one file' other/x repo/in/f src/a/new src/b/new; mkdir gone; echo 2 >gone/f")
            let outcome = try bench.restore(made.id)
            #expect(outcome.plan.deleted.map(text) == ["gone/f", "src/a/new"])
            #expect(bench.shell("cat src/a/f src/b/f 'one file' other/x repo/in/f; ls src/b; ls -d gone 2>/dev/null") == "1\n2\n1\n2\n2\nf\nnew\n")
        }

        /// Where times are whole seconds, a name that comes in the second of a look leaves no trace in the times of its directory.
        @Test(arguments: Place.all) func aNameThatComesRightAfterALookIsSeen(place: Place) throws {
            let bench = try Bench(place.backend, command: place.command)
            bench.shell("mkdir d; echo 1 >d/f")
            for number in 0..<6 {
                bench.shell("echo x >d/a\(number)")
                let before = try bench.create()
                bench.shell("echo x >d/b\(number)")
                let after = try bench.automatic()
                #expect(after.files == before.files.map { $0 + 1 })
                #expect(after.id != before.id)
                usleep(useconds_t(number) * 75_000)
            }
        }

        /// After a clock was set back, a directory has a time that is still to come: it may get the same one again.
        @Test(.enabled(if: !Backend.busyBoxWithGit.isEmpty)) func aDirectoryThatIsLaterThanTheClockIsNeverTrusted() throws {
            let setBack =
                """
                rm /usr/local/sbin/date; printf '#!/bin/sh\\necho $(($(/usr/bin/date +%%s) - 3600))\\n' >/usr/local/sbin/date
                chmod 755 /usr/local/sbin/date; exec "$@"
                """
            let bench = try Bench(
                command: Backend.busyBoxWithGit + ["/bin/bash", "-c", setBack, "bash"] + Place.shell)
            bench.shell("mkdir d; echo 1 >d/f")
            for _ in 0..<4 {
                #expect(try bench.automatic().files == 1)
                bench.shell("sleep 1")
            }
            bench.runner.command = Backend.busyBoxWithGit + ["/usr/bin/busybox", "ash", "-c"]
            #expect(try bench.untilTheQuickLook("the clock was right again").files == nil)
        }

        /// A path of the scope comes and goes in a directory that is not in the scope.
        @Test(arguments: Place.all) func aPathOfTheScopeThatAppearsIsSeenByTheQuickLook(place: Place) throws {
            let bench = try Bench(place.backend, paths: ["src/deep/a", "b"], command: place.command)
            bench.shell("mkdir -p src other; echo 1 >b")
            for (change, files) in [("mkdir src/deep", 1), ("mkdir src/deep/a; echo 1 >src/deep/a/f", 2), ("rm b", 1), ("ln -s other b", 2), ("rm -r src", 1)] {
                _ = try bench.untilTheQuickLook(change)
                bench.shell(change)
                #expect(try bench.create().files == files, "\(change)")
            }
        }

        @Test(arguments: Backend.both) func aScopeOfWhichNothingIsThereIsAnEmptyState(backend: Backend) throws {
            let bench = try Bench(backend, paths: ["gone", "away/too"])
            bench.shell("mkdir other; echo 1 >other/f")
            let empty = try bench.create()
            #expect(empty.files == 0)
            bench.shell("mkdir gone; echo 1 >gone/f")
            #expect(try bench.automatic().files == 1)
            #expect(try bench.restore(empty.id).plan.deleted.map(text) == ["gone/f"])
            #expect(bench.shell("ls") == "other\n")
        }

        /// A look that asks for no names sees what happens to the files it knows, in whatever moment it happens.
        @Test(arguments: Place.all) func changesOfFilesAreSeenWithoutALookAtNames(place: Place) throws {
            let bench = try Bench(place.backend, command: place.command)
            bench.shell("mkdir d; for i in 1 2 3 4 5; do echo $i >d/f$i; done; echo s >.env; mkfifo p")
            let first = try bench.untilTheQuickLook("the first change")
            for change in [
                "echo x >>d/f1", "chmod 600 d/f1", "chmod 640 d/f1", "chmod 644 d/f1", "chmod +x d/f2; echo 7 >d/f3", "echo 8 >d/f3", ":",
                "chmod 4755 d/f2", "echo 1 >d/f1; chmod 644 d/f2; echo 3 >d/f3",
            ] {
                bench.shell(change)
                let made = try bench.create()
                #expect(made.leftOut.map { "\($0.reason.rawValue) \(text($0.path))" } == ["e .env", "s p"])
                #expect(made.files == 5)
                let before = bench.picture()
                // The naive twin: a store that has never seen the workspace before gives the same state.
                try bench.reopen(store: bench.root + "/twin")
                #expect(try bench.create().id == made.id, "\(change)")
                try bench.wait { bench.store.remove(then: $0) }.get()
                try bench.reopen()
                #expect(bench.picture() == before)
            }
            #expect(try bench.create().id == first.id)
        }

        @Test(arguments: Backend.both) func aDifferenceIsShownAsADiff(backend: Backend) throws {
            let bench = try Bench(backend)
            bench.shell("echo one >a; printf 'x\\0y' >bin; echo '*.a diff=evil' >.gitattributes; echo keep >k")
            let made = try bench.create()
            bench.shell("echo two >>a; printf 'x\\0z' >bin; rm k; echo n >'new file'")
            let diff = try bench.diff(made.id)
            #expect(!diff.isCut)
            #expect(text(diff.text).contains("--- a/a\n+++ b/a\n@@ -1 +1,2 @@\n one\n+two\n"))
            #expect(text(diff.text).contains("Binary files a/bin and b/bin differ"))
            #expect(text(diff.text).contains("deleted file mode 100644"))
            #expect(text(diff.text).contains("+++ b/new file"))
            let cut = try bench.diff(made.id, limit: 10)
            #expect(cut.isCut)
            #expect(cut.text == Array(diff.text.prefix(10)))
            bench.shell("printf 'one\\n' >a; printf 'x\\0y' >bin; echo keep >k; rm 'new file'")
            #expect(try bench.diff(made.id).text == [])
        }

        @Test(arguments: Backend.both) func entriesThatNobodyAskedForArePruned(backend: Backend) throws {
            let bench = try Bench(backend, retention: .init(newest: 3, age: 3600))
            bench.shell("echo 0 >f")
            let asked = try bench.create("asked")
            for number in 1...12 {
                bench.shell("echo \(number) >f")
                try bench.automatic()
            }
            try bench.wait { bench.store.prune(then: $0) }.get()
            let list = try bench.list()
            #expect(list.map(\.kind) == [.automatic, .automatic, .automatic, .manual])
            #expect(list.last?.id == asked.id)
            if backend == .git {
                let objects = bench.shell("git --git-dir='\(bench.storePath)/git' count-objects -v | grep -E '^(count|in-pack)'")
                // An index that stands behind the newest entry holds a content and a tree more.
                #expect(["17", "18", "19"].map { "count: 0\nin-pack: \($0)\n" }.contains(objects))
            } else {
                #expect(bench.shell("cd '\(bench.storePath)'; ls objects | wc -l; ls states | wc -l") == "4\n4\n")
            }
            try bench.restore(asked.id)
            #expect(bench.shell("cat f") == "0\n")
            // An automatic one that is then asked for is kept under its id.
            bench.shell("echo new >f")
            let automatic = try bench.automatic()
            let named = try bench.create("named")
            #expect(named.id == automatic.id)
            #expect(try bench.list().first.map { [$0.kind == .manual, $0.label == Array("named".utf8)] } == [true, true])
            #expect(try bench.list().filter { $0.id == named.id }.count == 1)
            try bench.wait { bench.store.remove(then: $0) }.get()
            #expect(!FileManager.default.fileExists(atPath: bench.storePath))
        }
    }
}
