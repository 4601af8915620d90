public import EventLoop
public import Spawn

/// How a session reaches a container.
public struct DockerOptions: Equatable, Sendable {
    /// Name or identifier of a running container.
    public var container: String
    /// The operator's choice of the engine's program: `docker`, `podman` or one with the same words, by name or path.
    public var program: String
    /// Where a program given by name is looked for: colon-separated directories.
    public var searchPath: String
    /// Variables of this process the program gets besides `EnvironmentBlock.standardNames`.
    public var inheritedNames: [String] = DockerOptions.engineNames
    public var shell = RemoteShellOptions()

    public init(container: String, program: String = "docker", searchPath: String) {
        self.container = container
        self.program = program
        self.searchPath = searchPath
    }

    /// What the engines' programs read to find their daemon.
    public static let engineNames = [
        "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH",
        "DOCKER_API_VERSION", "CONTAINER_HOST", "CONTAINER_CONNECTION", "CONTAINERS_CONF", "XDG_RUNTIME_DIR",
        "XDG_CONFIG_HOME", "SSH_AUTH_SOCK",
    ]

    /// Whether an engine would take it for a container's name, and for nothing else.
    public static func isName(_ name: String) -> Bool {
        func isLetterOrDigit(_ byte: UInt8) -> Bool {
            byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
        }
        guard let first = name.utf8.first, isLetterOrDigit(first), name.utf8.count <= 128 else { return false }
        return name.utf8.allSatisfy { isLetterOrDigit($0) || "_.-".utf8.contains($0) }
    }
}

/// A running container, reached by the engine's own program. It makes and ends no container.
public final class DockerPlace: RemotePlace {
    public let label: String
    public let transport = "docker"
    private let options: DockerOptions
    private let executable: String
    private let loop: EventLoop
    private let spawner: Spawner
    private let buffer: ReadBuffer

    /// Fails when the name is none or the program is not there. Whether the container runs is told by its first channel.
    public static func make(
        _ options: DockerOptions, loop: EventLoop, spawner: Spawner, buffer: ReadBuffer
    ) -> Result<DockerPlace, PlaceFailure> {
        guard DockerOptions.isName(options.container) else { return .failure(.invalidName) }
        guard let executable = ExecutableSearch.resolve(options.program, path: options.searchPath) else {
            return .failure(.programMissing)
        }
        return .success(DockerPlace(options, executable, loop, spawner, buffer))
    }

    private init(
        _ options: DockerOptions, _ executable: String, _ loop: EventLoop, _ spawner: Spawner, _ buffer: ReadBuffer
    ) {
        self.options = options
        self.executable = executable
        self.loop = loop
        self.spawner = spawner
        self.buffer = buffer
        label = "docker:" + options.container
    }

    public func openChannel(command: [UInt8], then: @escaping (Result<any RemoteChannel, PlaceFailure>) -> Void) {
        // Not started before its closures are set: a program that ends at once would have nobody to tell.
        loop.soon { [self] in
            then(run(["exec", "-i", "--", options.container, "/bin/sh", "-c"].map { Array($0.utf8) } + [command]))
        }
    }

    private func run(_ arguments: [[UInt8]]) -> Result<any RemoteChannel, PlaceFailure> {
        let name = executable.split(separator: "/").last.map { Array($0.utf8) } ?? []
        do {
            return .success(
                try ProcessChannel(
                    .init(
                        executable: executable, arguments: [name] + arguments, inheritedNames: options.inheritedNames),
                    loop: loop, spawner: spawner, buffer: buffer))
        } catch let error as SpawnError {
            return .failure(.notSpawned(error))
        } catch {
            return .failure(.system(errno: (error as? SystemError)?.errno ?? 0))
        }
    }

    public func explain(_ end: RemoteEnd, said: [UInt8]?, then: @escaping (PlaceFailure) -> Void) {
        let question = run(
            ["container", "inspect", "--format", "{{.State.Status}}", "--", options.container].map { Array($0.utf8) })
        guard case .success(let channel) = question else {
            if case .failure(let failure) = question { loop.soon { then(failure) } }
            return
        }
        var answers: [OutputStream: [UInt8]] = [:]
        var isOver = false
        let timer = loop.after(.seconds(10)) {
            guard !isOver else { return }
            isOver = true
            channel.close()
            then(.daemonUnreachable)
        }
        channel.closeInput()
        channel.onOutput = { stream, bytes in
            answers[stream, default: []] += bytes.prefix(max(0, 4096 - (answers[stream]?.count ?? 0)))
        }
        channel.onEnd = { answer in
            guard !isOver else { return }
            isOver = true
            timer.cancel()
            then(
                Self.failure(
                    end: end, answer: answer, state: answers[.stdout] ?? [], complaint: answers[.stderr] ?? []))
        }
    }

    /// From the end of a channel, and what the engine answered when asked for the container's state. Pure.
    static func failure(end: RemoteEnd, answer: RemoteEnd, state: [UInt8], complaint: [UInt8]) -> PlaceFailure {
        if answer == .exited(0) {
            let word = state.prefix { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
            guard word.elementsEqual("running".utf8) else {
                return .containerNotRunning(ContainerState(rawValue: String(decoding: word, as: UTF8.self)) ?? .unknown)
            }
            // env(1)'s numbers for a program that is not there or cannot be run, which the engines use too.
            return end == .exited(126) || end == .exited(127) ? .noShell : .connectionLost
        }
        // The engines' programs have no numbers for this and no translations. Docker's word is "No such container".
        let text = String(decoding: complaint, as: UTF8.self).lowercased()
        if text.contains("no such container") || text.contains("no such object") { return .noSuchContainer }
        return text.contains("permission denied") ? .daemonForbidden : .daemonUnreachable
    }
}
