import PrivateFiles
import Spawn

// The program itself and what it needs of the system.
extension Doctor {
    func program() -> [Finding] {
        let shell = shell()
        return [executable(), home(), shell.finding, processes(shell.path), memoryFiles()]
    }

    private func executable() -> Finding {
        guard let path = surroundings.executable else {
            return Finding(.program, "program", .warn, "unknown", advice: "is /proc mounted? clients cannot be given a path")
        }
        let advice: String
        if path.hasSuffix(" (deleted)") {
            advice = "the file was replaced or removed since it was started"
        } else if isTemporary(path) {
            advice = "this directory is cleaned now and then; install the program elsewhere, then run setup"
        } else if isWritableByOthers(path) {
            advice = "group or others can write to the file: they decide what your agent's shell does"
        } else {
            return Finding(.program, "program", .ok, path)
        }
        return Finding(.program, "program", .warn, path, advice: advice)
    }

    /// Whether the system or a package runner may remove what lies there.
    private func isTemporary(_ path: String) -> Bool {
        let roots = ["/tmp", "/var/tmp", "/dev/shm", "/run"] + [surroundings.value("TMPDIR")].compactMap { $0 }
        let isBelow = roots.contains { root in
            root.hasPrefix("/") && root != "/" && path.hasPrefix(root.hasSuffix("/") ? root : root + "/")
        }
        return isBelow || path.split(separator: "/").contains { $0 == ".cache" || $0 == "_npx" }
    }

    private func isWritableByOthers(_ path: String) -> Bool {
        guard let place = try? AbsolutePath(path), let name = place.name,
            let info = try? Directory(holding: place).info(name), info.kind == .regular
        else { return false }
        return info.mode & 0o022 != 0
    }

    private func home() -> Finding {
        let own = surroundings.lookup("HOME")
        if let own, let path = try? AbsolutePath(own) { return home(path, "from HOME", nil) }
        let fault = own.map { $0.isEmpty ? "HOME is empty" : "HOME is not an absolute path" }
        guard let path = surroundings.passwdHome.flatMap({ try? AbsolutePath($0) }) else {
            return Finding(.program, "home", .warn, "none", advice: "set HOME; paths with ~/ cannot be used without it")
        }
        return home(path, "from the passwd database", fault)
    }

    private func home(_ path: AbsolutePath, _ source: String, _ fault: String?) -> Finding {
        let value = "\(path.text) (\(source))"
        do throws(FileError) {
            if path.name != nil { _ = try Directory(at: path).info }
        } catch {
            return Finding(.program, "home", .warn, value, advice: error.explanation)
        }
        return Finding(.program, "home", fault == nil ? .ok : .warn, value, advice: fault ?? "")
    }

    /// The places that are searched after those of `PATH`; `Sessions` searches the same.
    private static let usualPlaces = "/usr/local/bin:/usr/bin:/bin"

    private func shell() -> (finding: Finding, path: String?) {
        let places = (surroundings.value("PATH").map { $0 + ":" } ?? "") + Self.usualPlaces
        if let bash = ExecutableSearch.resolve("bash", path: places) {
            return (Finding(.program, "shell", .ok, bash), bash)
        }
        if let shell = ExecutableSearch.resolve("sh", path: places) {
            return (Finding(.program, "shell", .ok, shell, advice: "bash was not found; sessions get this POSIX shell"), shell)
        }
        let missing = Finding(
            .program, "shell", .broken, "none", advice: "neither bash nor sh in PATH; no session can be opened")
        return (missing, nil)
    }

    /// Starts a shell that does nothing, with all that every session's shell is started with.
    private func processes(_ shell: String?) -> Finding {
        let name = "processes"
        guard let shell else { return Finding(.program, name, .off, "not tried: there is no shell") }
        let spawner = Spawner(adoptsOrphans: true)
        do throws(SpawnError) {
            let child = try spawner.spawn(
                SpawnPlan(executable: shell, arguments: ["sh", "-c", ":"], environment: EnvironmentBlock(), workingDirectory: "/"))
            guard let end = child.wait(atMost: .seconds(60)) else {
                return Finding(.program, name, .broken, "a shell that does nothing did not end within 60 s")
            }
            child.reap()
            guard end == .code(0) else {
                return Finding(.program, name, .broken, "a shell that does nothing failed", advice: "try '\(shell) -c :'")
            }
        } catch {
            return Finding(.program, name, .broken, "no process can be started", advice: Self.explanation(error))
        }
        guard spawner.adoptsOrphans else {
            return Finding(
                .program, name, .warn, "started one", advice: "the kernel has no subreaper: daemons of a session may stay")
        }
        return Finding(.program, name, .ok, "started one: own session, pidfd, close_range, subreaper")
    }

    private static func explanation(_ error: SpawnError) -> String {
        guard case .failed(let step, let code) = error else { return "the plan was refused" }
        return switch step {
        case .closing: "close_range(2) failed (errno \(code)): Linux 5.9 or newer is needed"
        case .clone: "clone(2) failed (errno \(code)): a limit of processes, or a kernel older than Linux 5.4"
        case .execute: "the shell could not be executed (errno \(code))"
        default: "step \(step.rawValue) of the creation failed (errno \(code))"
        }
    }

    private func memoryFiles() -> Finding {
        surroundings.hasMemoryFiles
            ? Finding(.program, "output", .ok, "captured in memory files (memfd_create)")
            : Finding(
                .program, "output", .broken, "memory files cannot be made",
                advice: "memfd_create(2) is refused: a container's system call filter?")
    }
}
