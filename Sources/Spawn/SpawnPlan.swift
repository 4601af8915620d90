/// One descriptor a child gets.
public struct DescriptorMapping: Equatable, Sendable {
    /// The descriptor of this process; `nil` is /dev/null, for reading and writing.
    public let source: Int32?
    /// Its number in the child.
    public let target: Int32

    /// The child gets `source`, which stays open here, as number `target`.
    public init(_ source: Int32, as target: Int32) {
        self.source = source
        self.target = target
    }

    private init(target: Int32) {
        source = nil
        self.target = target
    }

    /// The child gets /dev/null as number `target`.
    public static func null(as target: Int32) -> DescriptorMapping { DescriptorMapping(target: target) }
}

/// What a child would be fenced in by, from before its program starts.
///
/// Only the name exists yet: no build can apply one, and a plan that carries one is refused.
public struct Confinement: Equatable, Sendable {
    public let name: String

    public init(name: String) {
        self.name = name
    }
}

/// Everything that decides about a new process. Given away to `Spawner.spawn`, which wipes its environment.
public struct SpawnPlan: ~Copyable {
    /// Absolute path of the program, resolved by the caller once; no search happens.
    public let executable: String
    /// The argument vector, byte for byte, argument 0 included.
    public let arguments: [[UInt8]]
    let environment: EnvironmentBlock
    /// Absolute path; `nil` inherits the directory of this process.
    public var workingDirectory: String?
    /// What the child gets. 0, 1 and 2 must be among them; everything not named is closed by the kernel.
    public var descriptors: [DescriptorMapping]
    /// Refused by this build when not `nil`.
    public var confinement: Confinement?
    /// File mode creation mask; `nil` inherits.
    public var fileModeMask: UInt16?
    /// Sent to the child when this process ends, however it ends. `nil`: none.
    public var deathSignal: Signal? = .kill
    /// The child adopts the descendants whose parents end, so that daemons of a session stay in its tree. The role
    /// survives exec; a program that never waits for strangers keeps their zombies until it ends.
    public var adoptsDescendants = true

    /// A plan whose standard descriptors are /dev/null until others are given.
    public init(
        executable: String, arguments: [[UInt8]], environment: consuming EnvironmentBlock,
        workingDirectory: String? = nil,
        descriptors: [DescriptorMapping] = [.null(as: 0), .null(as: 1), .null(as: 2)]
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.descriptors = descriptors
    }

    /// The same, with arguments as text.
    public init(
        executable: String, arguments: [String], environment: consuming EnvironmentBlock,
        workingDirectory: String? = nil,
        descriptors: [DescriptorMapping] = [.null(as: 0), .null(as: 1), .null(as: 2)]
    ) {
        self.init(
            executable: executable, arguments: arguments.map { Array($0.utf8) }, environment: environment,
            workingDirectory: workingDirectory, descriptors: descriptors)
    }

    /// Refuses what the kernel would silently cut, misread or leave to chance.
    borrowing func validate() throws(SpawnError) {
        guard SpawnPlan.isAbsolute(executable) else { throw .executable }
        guard !arguments.isEmpty else { throw .argument(index: 0) }
        for (index, argument) in arguments.enumerated() where argument.contains(0) { throw .argument(index: index) }
        if let workingDirectory, !SpawnPlan.isAbsolute(workingDirectory) { throw .workingDirectory }
        let targets = Set(descriptors.map(\.target))
        guard targets.count == descriptors.count, descriptors.count <= 32, targets.isSuperset(of: [0, 1, 2]),
            targets.allSatisfy({ $0 >= 0 }), descriptors.allSatisfy({ ($0.source ?? 0) >= 0 })
        else { throw .descriptorPlan }
        if let confinement { throw .unsupportedConfinement(name: confinement.name) }
    }

    private static func isAbsolute(_ path: String) -> Bool {
        path.utf8.first == UInt8(ascii: "/") && !path.utf8.contains(0)
    }
}
