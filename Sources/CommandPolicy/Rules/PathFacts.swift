/// What a path names, from its text alone.
enum PathFacts {
    /// `/`, a system or home directory, or everything directly in one: what a recursive command must not be given.
    static func isRoot(_ path: ArraySlice<UInt8>, _ flags: WordFlags) -> Bool {
        let atHome = flags.contains(.home) && path.first == .unknown
        guard atHome || path.first == .slash else { return false }
        var parts: [ArraySlice<UInt8>] = []
        for part in path.dropFirst().split(separator: .slash) {
            if part.elementsEqual(".".utf8) || part.elementsEqual("*".utf8) || part.elementsEqual(".*".utf8) {
                continue
            }
            if part.elementsEqual("..".utf8) {
                // Above a home directory stands a system directory.
                if parts.isEmpty, atHome { return true }
                if !parts.isEmpty { parts.removeLast() }
                continue
            }
            parts.append(part)
            if parts.count > 2 { return false }
        }
        if atHome { return parts.isEmpty }
        guard let first = parts.first else { return true }
        let isSystem = system.contains { first.elementsEqual($0.utf8) }
        if parts.count == 1 { return isSystem }
        return first.elementsEqual("home".utf8) || first.elementsEqual("Users".utf8)
    }

    /// `.`, `..`, `*` and their like: everything where the session stands.
    static func isEverythingHere(_ path: ArraySlice<UInt8>) -> Bool {
        guard let first = path.first, first == .dot || first == .star else { return false }
        return path.split(separator: .slash).allSatisfy { part in
            [".", "..", "*", ".*"].contains { part.elementsEqual($0.utf8) }
        }
    }

    /// A disk or partition, or memory itself.
    static func isRawDevice(_ path: ArraySlice<UInt8>) -> Bool {
        guard path.starts(with: "/dev/".utf8) else { return false }
        let name = path.dropFirst(5)
        return devices.contains { name.starts(with: $0.utf8) }
    }

    /// Files by which a byte restarts or crashes the machine.
    static func isKernelTrigger(_ path: ArraySlice<UInt8>) -> Bool {
        path.elementsEqual("/proc/sysrq-trigger".utf8)
    }

    private static let system = [
        "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "opt", "proc", "root", "sbin", "srv", "sys",
        "usr",
        "var", "Users", "Library", "System", "Applications",
    ]

    private static let devices = ["sd", "hd", "vd", "xvd", "nvme", "mmcblk", "disk", "rdisk", "md", "dm-", "mapper/",
        "loop", "mem", "kmem", "port"]
}
