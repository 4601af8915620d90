internal import EventLoop
public import PrivateFiles
internal import SecretIO
internal import SecretMemory

/// The operator's directory of private keys: no key outside it is ever opened, whatever name is asked for.
public struct SSHKeyDirectory: Sendable {
    let path: AbsolutePath
    private let home: AbsolutePath?

    /// - Parameter home: what `~/` in a name stands for.
    public init(_ path: AbsolutePath, home: AbsolutePath?) {
        self.path = path
        self.home = home
    }

    /// The largest key file that is read.
    static let largestKey = 64 << 10

    /// The place of a key below the directory: relative names are meant from there, `~/` from the home directory. Nil when it
    /// is not below the directory or holds `..`.
    func components(of name: String) -> [String]? {
        let absolute: AbsolutePath?
        if name.hasPrefix("/") {
            absolute = try? AbsolutePath(name)
        } else if name.hasPrefix("~/") {
            absolute = home.flatMap { try? AbsolutePath($0.text + "/" + name.dropFirst(2)) }
        } else {
            absolute = try? AbsolutePath((path.components.isEmpty ? "" : path.text) + "/" + name)
        }
        guard let absolute, absolute.components.starts(with: path.components),
            absolute.components.count > path.components.count
        else { return nil }
        return Array(absolute.components.dropFirst(path.components.count))
    }

    /// The text of the key; nil for every reason why it may not be used, so that no answer tells what exists.
    func read(_ name: String) -> SSHSecret? {
        guard let components = components(of: name), let last = components.last else { return nil }
        do {
            var directory = try Directory(at: path)
            for component in components.dropLast() { directory = try directory.directory(component) }
            let file = try directory.open(last, trust: .ownerOnly)
            let bytes = try file.withDescriptor { (descriptor) throws(SecretIOError) in
                try SecretIO.readAll(descriptor, limit: Self.largestKey)
            }
            return SSHSecret(bytes)
        } catch {
            return nil
        }
    }
}
