/// An absolute path that means one thing: no empty, `.` or `..` component, no NUL, no component over 255 bytes.
public struct AbsolutePath: Hashable, Sendable {
    /// The components below `/`. Empty for `/` itself.
    public let components: [String]

    /// Takes a path such as `/home/ann/.execkit`. One slash at the end is allowed.
    public init(_ text: String) throws(FileError) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, parts.removeFirst().isEmpty else { throw .badPath }
        if parts.last == "" { parts.removeLast() }
        for part in parts { try Self.check(part) }
        components = parts
    }

    private init(components: [String]) {
        self.components = components
    }

    /// The path as text.
    public var text: String {
        "/" + components.joined(separator: "/")
    }

    /// The last component. Nil for `/`.
    public var name: String? { components.last }

    /// The path without its last component. `/` for `/`.
    public var parent: AbsolutePath {
        AbsolutePath(components: Array(components.dropLast()))
    }

    /// The path of `name` below this one.
    public func appending(_ name: String) throws(FileError) -> AbsolutePath {
        try Self.check(name)
        return AbsolutePath(components: components + [name])
    }

    /// Whether `name` can be the name of a file in a directory.
    static func check(_ name: String) throws(FileError) {
        guard !name.isEmpty, name != ".", name != "..", name.utf8.count <= 255 else { throw .badPath }
        for byte in name.utf8 where byte == 0 || byte == 0x2f { throw .badPath }
    }
}
