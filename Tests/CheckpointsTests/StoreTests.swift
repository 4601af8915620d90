import Checkpoints
import EventLoop
import Foundation
import Testing

/// Everything that starts processes, one after the other.
@Suite(.serialized) struct RealWorkspaces {}

extension RealWorkspaces {
    @Suite struct Stories {
        @Test func aStateComesBackAndTheRestoreCanBeUndone() throws {
            let bench = try Bench()
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
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
