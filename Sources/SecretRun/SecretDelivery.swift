internal import EventLoop
internal import KeeperClient
internal import KeeperProtocol
internal import SecretIO
internal import SecretMemory
internal import Spawn

/// How values reach a program: in its environment, by inherited descriptor, or as a private file in memory.
///
/// By descriptor and as a file, the variable named after the secret holds a path and not the value. A descriptor is a sealed
/// memory file that nobody can change; `/dev/fd/N` opens it anew at its start, any number of times, in the program and what it
/// starts, unless one of them closes descriptors that it does not know, as ssh does: such a program takes a file.
public enum SecretDelivery {
    /// The number of the first secret by descriptor; the others follow. Above what shells use for themselves.
    public static let firstDescriptor: Int32 = 20
    /// The most secrets by descriptor in one run, beside the three standard ones.
    public static let mostDescriptors = 29
}

/// Values on their way into one process: what stands in its environment, its descriptors, its files.
final class PreparedSecrets {
    /// Taken once, by the plan.
    private var environment: EnvironmentBlock? = EnvironmentBlock()
    private var sealed: [Sealed] = []
    private var fileNames: [String] = []
    private let files: ValueFiles

    private final class Sealed {
        let file: SealedFile
        init(_ file: consuming SealedFile) { self.file = file }
    }

    /// - Parameters:
    ///   - values: what there is to prepare; nil: nothing.
    ///   - delivery: how, unless the person says otherwise; nil: in variables.
    ///   - isForSession: a shell that lives on has no use for descriptors.
    init(
        _ values: OpenedValues?, _ delivery: OpenedEntry.Delivery?, isForSession: Bool, files: ValueFiles
    ) throws(SecretRunFailure) {
        self.files = files
        guard let values else { return }
        for (index, entry) in values.entries.enumerated() {
            let way = entry.delivery ?? delivery ?? .environment
            if isForSession, way == .descriptor { throw .noDescriptorsInSessions(key: entry.key) }
            try values.withValue(at: index) { (value) throws(SecretRunFailure) in try add(entry.key, value, as: way) }
        }
    }

    deinit { removeFiles() }

    /// What the child is to inherit besides its standard descriptors.
    var mappings: [DescriptorMapping] {
        sealed.enumerated().map { index, sealed in
            DescriptorMapping(sealed.file.descriptor.rawValue, as: SecretDelivery.firstDescriptor + Int32(index))
        }
    }

    /// The variables; empty when they were taken before.
    func takeEnvironment() -> EnvironmentBlock { environment.take() ?? EnvironmentBlock() }

    /// The child has its own by now.
    func closeDescriptors() { sealed = [] }

    /// The run has ended.
    func removeFiles() {
        for name in fileNames { files.remove(name) }
        fileNames = []
    }

    /// Takes a value in, as `delivery` says.
    private func add(_ key: String, _ value: borrowing SecretBytes, as delivery: OpenedEntry.Delivery) throws(SecretRunFailure) {
        switch delivery {
        case .environment:
            try set(key) { (block) throws(SpawnError) in
                try value.withBytes { (bytes) throws(SpawnError) in try block.set(key, to: bytes) }
            }
        case .descriptor:
            guard sealed.count < SecretDelivery.mostDescriptors else { throw .tooManyDescriptors }
            let path = "/dev/fd/\(SecretDelivery.firstDescriptor + Int32(sealed.count))"
            sealed.append(Sealed(try Self.sealed(value)))
            try set(key) { (block) throws(SpawnError) in try block.set(key, to: path) }
        case .file:
            let file = try files.add(value)
            fileNames.append(file.name)
            try set(key) { (block) throws(SpawnError) in try block.set(key, to: file.path) }
        }
    }

    private func set(
        _ key: String, _ body: (inout EnvironmentBlock) throws(SpawnError) -> Void
    ) throws(SecretRunFailure) {
        var block = takeEnvironment()
        let failure: SpawnError?
        do throws(SpawnError) {
            try body(&block)
            failure = nil
        } catch {
            failure = error
        }
        environment = consume block
        switch failure {
        case nil: return
        case .environmentValue: throw .containsNUL(key: key)
        default: throw .notAVariable(key: key)
        }
    }

    private static func sealed(_ value: borrowing SecretBytes) throws(SecretRunFailure) -> SealedFile {
        do throws(SealedFileError<SecretIOError>) {
            return try SealedFile { (descriptor) throws(SecretIOError) in try SecretIO.write(value, to: descriptor) }
        } catch {
            switch error {
            case .system(let error): throw .memoryFile(errno: error.errno)
            case .content(.system(_, let code)): throw .memoryFile(errno: code)
            case .content: throw .memoryFile(errno: 0)
            }
        }
    }
}
