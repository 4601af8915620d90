public import SecretIO
public import SecretMemory
public import Spawn

/// Why a helper gave nothing.
public enum HelperError: Error, Equatable, Sendable {
    /// No executable of this name in an absolute directory of PATH.
    case notFound(name: String)
    case spawn(SpawnError)
    case io(SecretIOError)
    /// It ended so; what it said about it went to standard error.
    case failed(name: String, exit: ProcessExit)
    /// It closed its output and did not end.
    case didNotEnd(name: String)
}

/// Runs a program of another secret store and takes what it writes into secret memory.
///
/// What it gets: arguments, which other processes can see, so never a value; on standard input a secret or nothing; our
/// standard error; the standard environment and the names below. It runs in a session of its own, without our terminal,
/// and dies with us.
public struct HelperRun {
    /// Where a program asks its user, finds its agent and its store. None holds a secret.
    public static let names = [
        "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "GNUPGHOME", "GPG_TTY", "PASSWORD_STORE_DIR", "WAYLAND_DISPLAY",
        "XAUTHORITY", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
    ]
    /// The most bytes of an answer, and of an input, which must fit into a pipe at once.
    public static let longestAnswer = 4 << 20
    public static let longestInput = 60_000
    /// How long it may be silent: a person may be asked to unlock its store.
    public static let patience: Int32 = 300_000

    private let spawner: Spawner
    private let environmentNames: [String]

    /// - Parameter names: further variables that helpers get from this process.
    public init(spawner: Spawner, adding names: [String] = []) {
        self.spawner = spawner
        environmentNames = Self.names + names
    }

    /// Whether a program of this name can be found.
    public static func isInstalled(_ name: String) -> Bool { path(of: name) != nil }

    private static func path(of name: String) -> String? {
        ExecutableSearch.resolve(name, path: ThisProcess.environmentText("PATH") ?? "/usr/bin:/bin")
    }

    /// Runs `name` with nothing on standard input; what it wrote, if it ended with 0.
    ///
    /// - Parameter quiet: what it writes to standard error is dropped.
    public func run(_ name: String, _ arguments: [String], quiet: Bool = false) throws(HelperError) -> SecretBytes {
        try finish(name, try start(name, arguments, input: nil, quiet: quiet))
    }

    /// Runs `name` with a secret on standard input.
    public func run(_ name: String, _ arguments: [String], input: borrowing SecretBytes) throws(HelperError) -> SecretBytes {
        guard input.count <= Self.longestInput else { throw .io(.tooLong(limit: Self.longestInput)) }
        var pipe = try Self.io { () throws(SecretIOError) in try SecretPipe() }.ends()
        // It fits into the pipe, so nobody needs to read yet.
        if let end = pipe.writing.take() {
            try Self.io { () throws(SecretIOError) in try SecretIO.write(input, to: end.descriptor) }
            end.close()
        }
        return try finish(name, try start(name, arguments, input: pipe.reading?.descriptor))
    }

    private struct Started: ~Copyable {
        let child: Child
        let output: PipeEnd
    }

    private func start(_ name: String, _ arguments: [String], input: Int32?, quiet: Bool = false) throws(HelperError) -> Started {
        guard let path = Self.path(of: name) else { throw .notFound(name: name) }
        var pipe = try Self.io { () throws(SecretIOError) in try SecretPipe() }.ends()
        guard let reading = pipe.reading.take(), let writing = pipe.writing.take() else {
            preconditionFailure("a fresh pipe has both ends")
        }
        let child: Child
        do throws(SpawnError) {
            var plan = SpawnPlan(
                executable: path, arguments: [name] + arguments,
                environment: try EnvironmentBlock.inherited(adding: environmentNames),
                descriptors: [
                    input.map { DescriptorMapping($0, as: 0) } ?? .null(as: 0),
                    DescriptorMapping(writing.descriptor, as: 1), quiet ? .null(as: 2) : DescriptorMapping(2, as: 2),
                ])
            plan.adoptsDescendants = false
            child = try spawner.spawn(plan)
        } catch {
            throw .spawn(error)
        }
        return Started(child: child, output: reading)
    }

    private func finish(_ name: String, _ started: consuming Started) throws(HelperError) -> SecretBytes {
        let descriptor = started.output.descriptor
        let answer = try Self.io { () throws(SecretIOError) in
            try SecretIO.readAll(descriptor, limit: Self.longestAnswer, deadline: .idle(milliseconds: Self.patience))
        }
        guard let exit = started.child.wait(atMost: .milliseconds(Int(Self.patience))) else {
            throw .didNotEnd(name: name)
        }
        started.child.reap()
        guard exit == .code(0) else { throw .failed(name: name, exit: exit) }
        return answer
    }

    private static func io<R: ~Copyable>(_ body: () throws(SecretIOError) -> R) throws(HelperError) -> R {
        do throws(SecretIOError) { return try body() } catch { throw .io(error) }
    }
}
