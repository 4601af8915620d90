import EventLoop
import Foundation
import Testing

@testable import Checkpoints

extension RealWorkspaces {
    @Suite struct Hostile {
        @Test(arguments: Backend.both) func nothingOfTheWorkspaceOrTheUserDecidesHowGitWorks(backend: Backend) throws {
            let bench = try Bench(backend)
            let mark = bench.root + "/mark"
            bench.shell(
                """
                git init -q .; printf 'a\\r\\nb\\n' >crlf; printf 'x' >f.evil; printf '$Id$\\n' >ident; echo text >t.utf
                printf '* text=auto eol=crlf ident\\n*.evil filter=evil diff=evil\\n*.utf working-tree-encoding=UTF-16\\n[attr]m filter=evil\\n' >.gitattributes
                git config filter.evil.clean 'touch \(mark); cat'; git config filter.evil.smudge 'touch \(mark); cat'
                git config filter.evil.required true; git config core.fsmonitor 'touch \(mark)'; git config diff.evil.textconv 'touch \(mark); cat'
                git config diff.external 'touch \(mark)'; git config core.hooksPath hooks; mkdir hooks
                for h in post-index-change post-checkout pre-commit reference-transaction; do printf '#!/bin/sh\\ntouch \(mark)\\n' >hooks/$h; chmod +x hooks/$h; done
                cp .git/config '\(bench.root)/.gitconfig'; mkdir -p sub; git init -q sub; git -C sub config core.fsmonitor 'touch \(mark)'; rm -f '\(mark)'
                """)
            bench.runner.variables += [
                ("GIT_DIR", bench.workspace + "/.git"), ("GIT_INDEX_FILE", bench.root + "/other"), ("GIT_CONFIG_COUNT", "1"),
                ("GIT_CONFIG_KEY_0", "core.fsmonitor"), ("GIT_CONFIG_VALUE_0", "touch " + mark), ("GIT_EXTERNAL_DIFF", "touch " + mark),
                ("GIT_TEMPLATE_DIR", bench.workspace), ("CDPATH", "/"), ("ENV", bench.workspace + "/t.utf"), ("GIT_PAGER", "touch " + mark),
            ]
            let own = bench.shell("cd .git && find . -type f -exec md5sum {} + | sort")
            let before = bench.picture()
            let made = try bench.create()
            bench.shell("echo changed >crlf; rm f.evil; echo changed >ident; echo changed >t.utf; rm -r hooks")
            _ = try bench.diff(made.id)
            try bench.restore(made.id)
            #expect(bench.picture() == before)
            #expect(!FileManager.default.fileExists(atPath: mark))
            #expect(bench.shell("cd .git && find . -type f -exec md5sum {} + | sort") == own)
        }

        @Test(arguments: Backend.both) func aLinkInTheWayLeadsNoWriteOutOfTheWorkspace(backend: Backend) throws {
            let bench = try Bench(backend)
            bench.shell("mkdir -p d/deep ../outside/deep; echo in >d/deep/f; echo in >d/g; mkdir d/empty; echo out >../outside/g; echo out >../outside/deep/f")
            let before = bench.picture()
            let outside = bench.picture(bench.root + "/outside")
            let made = try bench.create()
            for change in ["mv d ../moved; ln -s ../outside d", "rm -r d/deep; ln -s ../../outside/deep d/deep", "rm -r d; ln -s ../outside/g d"] {
                bench.shell(change)
                let links = bench.picture()
                let outcome = try bench.restore(made.id)
                #expect(bench.picture() == before, "\(change)")
                #expect(bench.picture(bench.root + "/outside") == outside, "\(change)")
                try bench.restore(outcome.safety)
                #expect(bench.picture() == links)
                try bench.restore(made.id)
                bench.shell("rm -rf ../moved")
            }
        }

        @Test(arguments: Backend.both) func whatStandsInTheWayAndIsInNoCheckpointStays(backend: Backend) throws {
            let bench = try Bench(backend)
            bench.shell("echo f >a; mkdir b; echo f >b/f; echo f >c; echo f >d; mkdir -p e/empty; echo f >e/f; echo f >g; echo f >h")
            let made = try bench.create()
            bench.shell(
                """
                rm a; mkdir -p a/in; echo secret >a/.env; echo x >a/in/x; mkdir b/.git; echo mine >b/f; rm c; mkfifo c
                rm d; mkdir -p d/node_modules; echo m >d/node_modules/m; rm -r e; mkfifo e; rm g; mkdir -p g/sub; mkfifo g/sub/p
                rm h; mkdir -p h/repo/.git; echo r >h/repo/r
                """)
            let changed = bench.picture()
            let plan = try bench.plan(made.id)
            let outcome = try bench.restore(made.id)
            var wanted = changed
            wanted["/a/in"] = nil
            wanted["/a/in/x"] = nil
            #expect(bench.picture() == wanted)
            #expect(Set(outcome.kept.map { text($0.path) }).isSuperset(of: ["a", "b/f", "c", "d", "e/f", "g", "h"]))
            #expect(Set(plan.kept.map { text($0) }).isSuperset(of: ["a", "b/f", "c", "e/f", "g", "h"]))
            // Once it is gone, the rest comes back.
            bench.shell("rm -r a b/.git c d e g h")
            #expect(try bench.restore(made.id).kept == [])
            #expect(bench.shell("cat a b/f c d e/f g h; ls -d e/empty") == "f\nf\nf\nf\nf\nf\nf\ne/empty\n")
        }

        @Test(arguments: Backend.both) func aWorkspaceThatIsALinkHasToLeadToTheSamePlace(backend: Backend) throws {
            let bench = try Bench(backend)
            bench.shell("mkdir ../real ../other; rmdir ../w; ln -s real ../w; echo 1 >../real/f; echo 1 >../other/keep")
            let made = try bench.create()
            #expect(made.files == 1)
            bench.shell("echo 2 >f; ln -sfn other ../w")
            #expect(try bench.wait { bench.store.restore(made.id, then: $0) } == .failure(.workspaceMoved))
            #expect(try bench.wait { bench.store.automatic(then: $0) } == .failure(.workspaceMoved))
            #expect(bench.picture(bench.root + "/other") == ["/keep": "file 644 2:31.a"])
            bench.shell("ln -sfn real ../w")
            try bench.restore(made.id)
            #expect(bench.shell("cat ../real/f") == "1\n")
            bench.shell("rm ../w")
            #expect(try bench.wait { bench.store.automatic(then: $0) } == .failure(.workspaceMissing))
        }

        @Test(arguments: Backend.both) func theStoreIsNeverPartOfTheWorkspaceNorTheWorkspaceOfTheStore(backend: Backend) throws {
            let bench = try Bench(backend, store: "ROOT/w/deep/[s] *")
            bench.shell("mkdir -p 'deep/[s] x'; echo 1 >'deep/[s] x/f'; echo 1 >f")
            let made = try bench.create()
            #expect(made.files == 2)
            bench.shell("echo 2 >f; rm -r 'deep/[s] x'")
            try bench.restore(made.id)
            #expect(bench.shell("cat f 'deep/[s] x/f'; stat -c %a 'deep/[s] *'") == "1\n1\n700\n")
            #expect(try bench.list().count == 2)
            try bench.reopen(store: bench.root)
            #expect(try bench.wait { bench.store.list(then: $0) } == .failure(.storeUnsafe))
            bench.shell("ln -s w ../link")
            try bench.reopen(store: bench.root + "/link")
            #expect(try bench.wait { bench.store.list(then: $0) } == .failure(.storeUnsafe))
            #expect(try bench.wait { bench.store.create(then: $0) } == .failure(.storeUnsafe))
        }

        @Test(arguments: Backend.both) func aStoreIsForOneScope(backend: Backend) throws {
            let bench = try Bench(backend)
            bench.shell("echo 1 >f; echo 1 >g.log")
            let made = try bench.create()
            try bench.reopen(ignores: ["*.log"])
            #expect(try bench.wait { bench.store.restore(made.id, then: $0) } == .failure(.scopeChanged))
            try bench.reopen()
            let unknown = try CheckpointID(String(repeating: "0", count: 40))
            #expect(try bench.wait { bench.store.restore(unknown, then: $0) } == .failure(.unknownCheckpoint))
            #expect(try bench.wait { bench.store.plan(unknown, then: $0) } == .failure(.unknownCheckpoint))
            #expect(try bench.wait { bench.store.diff(unknown, then: $0) } == .failure(.unknownCheckpoint))
            guard backend == .git else { return }
            // An object of the store that is no checkpoint is not one.
            let tree = bench.shell("git --git-dir='\(bench.storePath)/git' rev-parse \(made.id.text):files").trimmingCharacters(in: .newlines)
            #expect(try bench.wait { bench.store.restore(try! CheckpointID(tree), then: $0) } == .failure(.unknownCheckpoint))
            #expect(try bench.list().count == 1)
        }

        @Test func aStoreStaysOfTheKindItWasMadeAs() throws {
            guard !Backend.hidingGit.isEmpty else { return }
            let bench = try Bench(.plain)
            bench.shell("echo 1 >f")
            let made = try bench.create()
            #expect(made.id.text.count == 64)
            // git is there again.
            bench.runner.command = ["/bin/sh", "-c"]
            try bench.reopen()
            bench.shell("echo 2 >f")
            #expect(try bench.list().map(\.id) == [made.id])
            try bench.restore(made.id)
            #expect(bench.shell("cat f") == "1\n")
            // The other way round there is nothing to read it with.
            try bench.reopen(store: bench.root + "/other")
            #expect(try bench.create().id.text.count == 40)
            bench.runner.command = Backend.hidingGit + ["/bin/sh", "-c"]
            #expect(try bench.wait { bench.store.list(then: $0) } == .failure(.gitMissing))
            #expect(try bench.wait { bench.store.create(then: $0) } == .failure(.gitMissing))
        }

        @Test(arguments: Backend.both) func callsThatAreMadeAtOnceAreDoneInTheirOrder(backend: Backend) throws {
            let bench = try Bench(backend)
            bench.shell("echo 1 >f")
            var order: [String] = []
            let last = try bench.wait { (then: @escaping (Result<[Checkpoint], CheckpointError>) -> Void) in
                bench.store.create(label: [1]) { _ in order.append("create") }
                bench.store.automatic { _ in order.append("automatic") }
                bench.store.list(then: then)
            }
            #expect(order == ["create", "automatic"])
            #expect(try last.get().count == 1)
        }
    }
}
