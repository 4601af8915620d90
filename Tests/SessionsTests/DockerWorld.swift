import EventLoop
import Foundation
import Spawn
import Testing

@testable import Sessions

/// A container engine of the tests' own: a daemon in a scratch directory, an image made of this machine's busybox, bash and
/// dash, and a container. It ends with this process, however that ends, because it waits for the end of a pipe.
struct DockerWorld: Sendable {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    let docker: String
    let host: String
    /// Runs as long as the tests, with their scratch directory mounted under its own name.
    let container = "execkit-test"
    static let image = "execkit-test:1"

    static let shared: Result<DockerWorld, Missing> = {
        do {
            return .success(try start())
        } catch let error as Missing {
            return .failure(error)
        } catch {
            return .failure(Missing(description: "\(error)"))
        }
    }()

    static var isRunning: Bool { if case .success = shared { true } else { false } }
    static var reason: Comment {
        if case .failure(let missing) = shared { Comment(rawValue: missing.description) } else { "" }
    }

    func options(container: String) -> DockerOptions {
        // The address stands in the program, so that no test depends on this process's environment.
        DockerOptions(container: container, program: docker, searchPath: "/usr/bin:/bin")
    }

    @discardableResult
    func run(_ arguments: String...) throws -> String {
        let result = try TestMachine.run([docker] + arguments)
        guard result.code == 0 else { throw Missing(description: "docker \(arguments.first ?? ""): \(result.err)") }
        return result.out.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Starts a container of the image.
    func startContainer(_ name: String, _ options: String...) throws {
        let arguments = ["run", "-d", "--network", "none", "--name", name] + options
            + [Self.image, "/bin/busybox", "sleep", "7200"]
        let result = try TestMachine.run([docker] + arguments)
        guard result.code == 0 else { throw Missing(description: "docker run: \(result.err)") }
    }

    private static let daemonScript = """
        d=$1
        mkdir -p "$d/data" "$d/exec"
        dockerd --iptables=false --bridge=none --storage-driver=vfs --data-root "$d/data" --exec-root "$d/exec" \
            -H "unix://$d/d.sock" --pidfile "$d/pid" >"$d/log" 2>&1 &
        daemon=$!
        cat >/dev/null
        for c in $(docker -H "unix://$d/d.sock" ps -aq); do docker -H "unix://$d/d.sock" rm -f "$c"; done >/dev/null 2>&1
        kill "$daemon" && wait "$daemon"
        rm -rf "$d"
        """

    /// Kept for ever: the daemon ends when the writing end of its standard input is closed.
    nonisolated(unsafe) private static var daemon: Child?

    private static func start() throws -> DockerWorld {
        guard geteuid() == 0 else { throw Missing(description: "a container engine needs root") }
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        guard ExecutableSearch.resolve("dockerd", path: path) != nil,
            let program = ExecutableSearch.resolve("docker", path: path)
        else { throw Missing(description: "dockerd or docker is not installed") }
        let folder = TestMachine.scratch + "-docker"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let host = "unix://\(folder)/d.sock"
        let pipe = try DescriptorPair.pipe()
        var plan = SpawnPlan(
            executable: "/bin/sh", arguments: ["sh", "-c", daemonScript, "sh", folder],
            environment: try EnvironmentBlock.inherited(),
            descriptors: [DescriptorMapping(pipe.first.rawValue, as: 0), .null(as: 1), .null(as: 2)])
        plan.deathSignal = nil
        daemon = try TestMachine.spawner.spawn(plan)
        _ = pipe.second.take()

        let docker = folder + "/docker"
        try "#!/bin/sh\nexec '\(program)' -H '\(host)' \"$@\"\n".write(toFile: docker, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: docker)
        let world = DockerWorld(docker: docker, host: host)
        let deadline = Date(timeIntervalSinceNow: 90)
        while try TestMachine.run([docker, "version"]).code != 0 {
            guard Date() < deadline, daemon?.exitStatus() == nil else {
                let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
                throw Missing(description: "dockerd does not run here: \(log.suffix(400))")
            }
            usleep(50_000)
        }
        try world.makeImage(in: folder)
        try world.startContainer(world.container, "-v", "\(TestMachine.scratch):\(TestMachine.scratch)")
        return world
    }

    /// busybox under all its names, bash and dash with their libraries.
    private func makeImage(in folder: String) throws {
        let script = """
            set -e; r=$1/root; mkdir -p "$r/bin" "$r/usr" "$r/tmp" "$r/dev" "$r/proc" "$r/etc"; chmod 1777 "$r/tmp"
            cp /bin/busybox "$r/bin/"; ln -s ../bin "$r/usr/bin"; echo root:x:0:0::/:/bin/sh >"$r/etc/passwd"
            for a in $(busybox --list); do [ -e "$r/bin/$a" ] || ln -s busybox "$r/bin/$a"; done
            for b in bash dash; do p=$(command -v $b) || continue; cp --remove-destination -L "$p" "$r/bin/$b"
            for l in $(ldd "$p" | grep -o '/[^ ]*'); do mkdir -p "$r${l%/*}"; cp -L "$l" "$r$l"; done; done
            tar -C "$r" -c . | "$2" import - "$3" >/dev/null; rm -rf "$r"
            """
        let result = try TestMachine.run(["/bin/sh", "-c", script, "sh", folder, docker, Self.image])
        guard result.code == 0 else { throw Missing(description: "image: \(result.err)") }
    }
}
