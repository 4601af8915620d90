/// What the program does to, and knows of, its own process.
public enum ThisProcess {
    /// A system call about this process failed with this error number.
    public struct Failure: Error, Equatable, Sendable {
        public let errno: Int32
    }

    /// No core dumps, not dumpable (no ptrace and no `/proc/…/mem` by others of the same user), SIGPIPE and SIGXFSZ
    /// ignored, every inherited descriptor above 2 closed, and /dev/null in place of a standard descriptor that is not open.
    /// First thing in `main`, before anything is opened.
    ///
    /// - Parameter keepsDescriptors: leaves the inherited descriptors open, for a program that may be told to read one;
    ///   `closeInheritedDescriptors()` follows once it has.
    public static func harden(keepsDescriptors: Bool = false) throws(Failure) {
        try check(Fence.harden())
        try check(Fence.openStandardDescriptors())
        if !keepsDescriptors { try closeInheritedDescriptors() }
    }

    /// Raises the soft limit of open descriptors to the hard one, to 65,536 at most (setrlimit(2)). Children get back what it
    /// was: programs that use select(2) break beyond 1,024. Without effect where the system refuses.
    public static func raiseDescriptorLimit() { _ = Fence.raiseDescriptorLimit(most: 65_536) }

    /// Closes every descriptor above 2, or above another one that was handed over on purpose.
    public static func closeInheritedDescriptors(above last: Int32 = 2) throws(Failure) {
        try check(Fence.closeDescriptors(from: last + 1))
    }

    private static func check(_ status: Int32) throws(Failure) {
        guard status >= 0 else { throw Failure(errno: -status) }
    }

    /// Whether others of the same user may trace this process and read its memory.
    public static var isDumpable: Bool { Fence.isDumpable() }

    public static var processIdentifier: Int32 { Fence.processIdentifier() }

    /// The program's arguments, its own name first.
    public static var arguments: [String] { Fence.arguments() }

    /// The names of all environment variables, without their values.
    public static var environmentNames: [String] { Fence.environmentNames() }

    /// The bytes of an environment variable.
    public static func environment(_ name: String) -> [UInt8]? { Fence.environment(name) }

    /// An environment variable as text; bytes that are not UTF-8 become U+FFFD.
    public static func environmentText(_ name: String) -> String? {
        environment(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Shows an environment variable where it lies, without a copy; then nobody can read it any more: it is unset, and
    /// overwritten where `/proc/…/environ` shows it. `nil` when it is not set.
    public static func takeEnvironment<R: ~Copyable, E: Error>(
        _ name: String, _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R? {
        try Fence.takeEnvironment(name, body)
    }

    /// The kernel's idea of the current directory; `nil` when it was removed.
    public static var currentDirectory: String? { Fence.currentDirectory() }

    /// The file this program runs from.
    public static var executablePath: String? { Fence.executablePath() }

    /// The user's home directory by the user database, whatever HOME says.
    public static var homeDirectory: String? { Fence.homeDirectory() }

    /// The user's name by the user database; `nil` when it has no entry.
    public static var userName: String? { Fence.userName() }

    /// Ends the program.
    public static func exit(_ code: Int32) -> Never { Fence.exit(code) }
}

extension ThisProcess {
    /// Executes the plan's program in this process, which keeps its number, parent, session, terminal and standard
    /// descriptors: job control and the exit code are then the program's own. Core dumps stay off.
    ///
    /// Of the plan, `descriptors`, `deathSignal` and `adoptsDescendants` do not apply. What this process held in memory
    /// is gone with the exec. Returns only by throwing.
    public static func become(_ plan: consuming SpawnPlan) throws(SpawnError) -> Never {
        try plan.validate()
        let failed = Fence.replace(
            Fence.Plan(
                executable: plan.executable, arguments: plan.arguments, directory: plan.workingDirectory, mappings: [],
                fileModeMask: plan.fileModeMask.map(Int32.init) ?? -1, deathSignal: 0, isSubreaper: false),
            environment: plan.environment)
        throw .failed(step: SpawnError.Step(rawValue: failed.step) ?? .execute, errno: failed.error)
    }
}
