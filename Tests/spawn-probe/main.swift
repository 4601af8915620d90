import EventLoop
import Spawn

// What the suite of Spawn cannot do to its own process: be split, adopt, be killed. Usage: spawn-probe <act> <directory>

/// A shell that leaves every kind of process behind: in its session, outside it, daemonised, deaf to SIGTERM.
func startTree(_ spawner: Spawner, in directory: String, leader: String) throws -> Child {
    let script = """
        cd \(directory)
        (trap '' TERM INT HUP; echo $BASHPID > ignoring; while :; do sleep 600; done) &
        setsid sh -c 'echo $$ > session; sleep 600' &
        (setsid sh -c '(trap "" TERM; sh -c "echo \\$PPID" > daemon; sleep 600; sleep 600) & exit' &)
        \(leader)
        """
    var environment = EnvironmentBlock()
    try environment.set("PATH", to: "/usr/bin:/bin")
    return try spawner.spawn(
        SpawnPlan(executable: "/bin/bash", arguments: ["bash", "-c", script], environment: environment))
}

func report(_ text: String) {
    let output = Descriptor(adopting: 1)
    _ = output.write(Array(text.utf8))
    _ = output.take()
}

/// Serves until the end of its input or SIGTERM. Only `ends` ends its children itself.
func work(in directory: String, ends: Bool) throws {
    let loop = try EventLoop()
    let spawner = Spawner(adoptsOrphans: true)
    var code: Int32 = 5
    let signals = try SignalSource(on: loop) { number in
        code = number
        loop.stop()
    }
    let child = try startTree(spawner, in: directory, leader: "echo $$ > leader; sleep 600; sleep 600")
    report("\(ThisProcess.processIdentifier)\n")
    let watch = try loop.watch(0, .read) { _ in loop.stop() }
    try loop.run()
    watch.cancel()
    signals.cancel()
    if ends {
        _ = TreeEnding(child, escalation: Escalation(grace: .zero, limit: .seconds(60))).finish()
        spawner.endOrphans(atMost: .seconds(60))
    }
    withExtendedLifetime(child) {}
    ThisProcess.exit(code)
}

/// Adopts what an ended shell left, ends it, and spares its own other child. Exits with the number of what went wrong.
func adopt(in directory: String) throws -> Int32 {
    let spawner = Spawner(adoptsOrphans: true)
    guard spawner.adoptsOrphans else { return 1 }
    let other = try startTree(spawner, in: directory, leader: "sleep 600")
    return try withExtendedLifetime(other) {
        let leader = "while [ ! -s ignoring ] || [ ! -s session ] || [ ! -s daemon ]; do sleep 0.01; done"
        let child = try startTree(spawner, in: directory + "/second", leader: leader)
        guard child.wait(atMost: .seconds(60)) == .code(0) else { return 2 }
        guard spawner.orphans().count >= 3 else { return 3 }
        guard spawner.endOrphans(atMost: .seconds(60)) == 0, spawner.orphans().isEmpty else { return 4 }
        guard other.exitStatus() == nil, other.members().count > 1 else { return 5 }
        guard child.reap() == .code(0) else { return 6 }
        spawner.reapOrphans()
        let own = ThisProcess.processIdentifier
        guard ProcessTable.read().filter({ $0.parent == own }).map(\.process) == [other.processIdentifier] else {
            return 7
        }
        guard TreeEnding(other, escalation: Escalation(grace: .zero, limit: .seconds(60))).finish() == .ended else {
            return 8
        }
        spawner.reapOrphans()
        other.reap()
        return ProcessTable.read().contains { $0.parent == own } ? 9 : 0
    }
}

/// Fails at several steps, and succeeds, many times. Exits with 0 when no descriptor and no process is left.
func leak() throws -> Int32 {
    let lowest = try Descriptor.null().rawValue
    let spawner = Spawner()
    for turn in 0..<40 {
        var plan = SpawnPlan(
            executable: turn % 4 == 0 ? "/nonexistent" : "/bin/true", arguments: ["true"],
            environment: EnvironmentBlock())
        if turn % 4 == 1 { plan.workingDirectory = "/nonexistent" }
        if turn % 4 == 2 { plan.descriptors.append(DescriptorMapping(1_000_000, as: 3)) }
        do throws(SpawnError) {
            let child = try spawner.spawn(plan)
            guard turn % 4 == 3, child.wait(atMost: .seconds(60)) == .code(0) else { return 1 }
        } catch {
            guard turn % 4 != 3 else { return 2 }
        }
    }
    spawner.reapOrphans()
    // A leaked descriptor would have taken the lowest free number.
    guard try Descriptor.null().rawValue == lowest else { return 3 }
    let own = ThisProcess.processIdentifier
    return ProcessTable.read().contains { $0.parent == own } ? 4 : 0
}

/// Shows what of its environment another process can read.
func takeSecret() throws {
    func taken() -> [UInt8]? { ThisProcess.takeEnvironment("PROBE_SECRET") { unsafe $0.withUnsafeBytes { unsafe Array($0) } } }
    guard taken() == Array("hidden-value".utf8), ThisProcess.environment("PROBE_SECRET") == nil, taken() == nil
    else { ThisProcess.exit(1) }
    let child = try Spawner().spawn(
        SpawnPlan(
            executable: "/bin/cat", arguments: ["cat", "/proc/\(ThisProcess.processIdentifier)/environ"],
            environment: EnvironmentBlock(),
            descriptors: [.null(as: 0), DescriptorMapping(1, as: 1), DescriptorMapping(2, as: 2)]))
    ThisProcess.exit(child.wait(atMost: .seconds(60))?.shellCode ?? 2)
}

/// Hardens itself and shows, by `/proc` as a child reads it, what came of it.
func harden() throws {
    guard ThisProcess.isDumpable else { ThisProcess.exit(1) }
    try ThisProcess.harden()
    guard !ThisProcess.isDumpable else { ThisProcess.exit(2) }
    let own = ThisProcess.processIdentifier
    let script = "grep -E '^(SigIgn|Max core)' /proc/\(own)/status /proc/\(own)/limits; ls /proc/\(own)/fd"
    var environment = EnvironmentBlock()
    try environment.set("PATH", to: "/usr/bin:/bin")
    let child = try Spawner().spawn(
        SpawnPlan(
            executable: "/bin/sh", arguments: ["sh", "-c", script], environment: environment,
            descriptors: [.null(as: 0), DescriptorMapping(1, as: 1), DescriptorMapping(2, as: 2)]))
    ThisProcess.exit(child.wait(atMost: .seconds(60))?.shellCode ?? 2)
}

let arguments = ThisProcess.arguments
guard arguments.count == 3 else { ThisProcess.exit(64) }
switch arguments[1] {
case "guardian":
    try Guardian.split()
    try work(in: arguments[2], ends: false)
case "ending-guardian":
    try Guardian.split()
    try work(in: arguments[2], ends: true)
case "adopt":
    ThisProcess.exit(try adopt(in: arguments[2]))
case "leak":
    ThisProcess.exit(try leak())
case "secret":
    try takeSecret()
case "harden":
    try harden()
default:
    ThisProcess.exit(64)
}
