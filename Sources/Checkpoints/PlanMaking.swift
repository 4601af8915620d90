/// The pure step from two states to what leads from one to the other.
struct PlanMaking {
    private(set) var plan = RestorePlan()
    private(set) var work = RestoreWork()
    private let now: Manifest
    private let then: Manifest
    /// Files of the checkpoint; only given when the manifests differ, and only asked then.
    private let members: Set<[UInt8]>
    /// Files that git writes anew, with the mode and owner of a new file.
    private var written: Set<[UInt8]> = []
    /// Directories in which something comes or goes.
    private var touched: Set<[UInt8]> = []
    private let closed: Set<[UInt8]>
    private let aboveLeftOut: Set<[UInt8]>

    /// The bits that a file made by git lacks.
    private let mask: UInt16

    /// - Parameters:
    ///   - changes: output of `git diff-tree -z --raw` from the present state to the checkpoint's.
    ///   - mask: the creation mask of the store, which says what modes are not in the manifests.
    init?(
        changes: [UInt8], now: Manifest, then: Manifest, members: Set<[UInt8]>, leftOut: [LeftOut], mask: UInt16
    ) {
        self.mask = mask
        self.now = now
        self.then = then
        self.members = members
        closed = Set(leftOut.map(\.path))
        aboveLeftOut = Set(leftOut.flatMap { Path.ancestors(of: $0.path) })
        guard takeFiles(changes) else { return nil }
        takeDirectories()
        takeFileModes()
        plan.changed.sort(by: Path.precedes)
        plan.added.sort(by: Path.precedes)
        plan.deleted.sort(by: Path.precedes)
        plan.kept.sort(by: Path.precedes)
        plan.modes.sort { Path.precedes($0.path, $1.path) }
    }

    /// Whether something that is in no checkpoint is at this path, or above it.
    private func isTaken(_ path: [UInt8]) -> Bool {
        closed.contains(path) || Path.ancestors(of: path).contains(where: closed.contains)
    }

    private mutating func touch(_ path: [UInt8]) {
        touched.formUnion(Path.ancestors(of: path))
        touched.insert([UInt8(ascii: ".")])
    }

    private mutating func takeFiles(_ changes: [UInt8]) -> Bool {
        let fields = changes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        guard fields.count.isMultiple(of: 2) else { return false }
        var iterator = fields.makeIterator()
        while let header = iterator.next(), let name = iterator.next() {
            let words = header.split(separator: 32)
            guard words.count == 5, let status = words[4].first else { return false }
            let path = Array(name)
            touch(path)
            switch status {
            case UInt8(ascii: "A"):
                if isTaken(path) || aboveLeftOut.contains(path) {
                    plan.kept.append(path)
                    work.add("blocked", path)
                } else {
                    plan.added.append(path)
                    written.insert(path)
                }
            case UInt8(ascii: "D"):
                plan.deleted.append(path)
            case UInt8(ascii: "M"), UInt8(ascii: "T"):
                written.insert(path)
                // The same content under another executable bit is a change of mode.
                if words[2] == words[3], status == UInt8(ascii: "M") {
                    takeExecutableBit(path, isSetThen: words[1].elementsEqual("100755".utf8))
                } else {
                    plan.changed.append(path)
                }
            default:
                return false
            }
        }
        return true
    }

    private mutating func takeExecutableBit(_ path: [UInt8], isSetThen: Bool) {
        plan.modes.append(
            .init(
                path: path, from: now.files[path]?.mode ?? usualMode(isExecutable: !isSetThen),
                to: then.files[path]?.mode ?? usualMode(isExecutable: isSetThen)))
    }

    private mutating func takeFileModes() {
        for (path, entry) in then.files {
            if written.contains(path) {
                work.add("owner", String(decoding: entry.owner, as: UTF8.self), path)
                work.add("mode", RestoreWork.octal(entry.mode), path)
            } else if members.contains(path), now.files[path] != entry {
                plan.modes.append(.init(path: path, from: now.files[path]?.mode ?? usualMode(like: entry), to: entry.mode))
                work.add("owner", String(decoding: entry.owner, as: UTF8.self), path)
                work.add("mode", RestoreWork.octal(entry.mode), path)
            }
        }
        for (path, entry) in now.files where then.files[path] == nil && !written.contains(path) && members.contains(path) {
            plan.modes.append(.init(path: path, from: entry.mode, to: usualMode(like: entry)))
            work.add("owner", "own", path)
            work.add("mode", RestoreWork.octal(usualMode(like: entry)), path)
        }
    }

    /// The mode a file has when the manifest does not tell it, and git sees no change to or from this one.
    private func usualMode(like entry: Manifest.Entry) -> UInt16 { usualMode(isExecutable: entry.mode & 0o100 != 0) }

    private func usualMode(isExecutable: Bool) -> UInt16 { (isExecutable ? 0o777 : 0o666) & ~mask }

    private mutating func takeDirectories() {
        let missing = then.directories.keys.filter { now.directories[$0] == nil }.sorted(by: Path.precedes)
        for path in missing {
            if isTaken(path) {
                plan.kept.append(path)
            } else {
                plan.directoriesAdded.append(path)
                touch(path)
            }
        }
        let surplus = now.directories.keys.filter { then.directories[$0] == nil }.sorted(by: Path.precedes)
        plan.directoriesDeleted = surplus
        for path in surplus.reversed() {
            work.add("remove", path)
            touch(path)
        }
        for (path, entry) in now.directories where entry.mode & 0o700 != 0o700 && touched.contains(path) {
            work.add("open", path)
        }
        // Also those that are there: git removes a directory with the last file that goes.
        for path in then.directories.keys.sorted(by: Path.precedes) where !isTaken(path) {
            if now.directories[path] == nil || touched.contains(path) { work.add("make", path) }
        }
        // From the deepest up, so that nothing is closed before what is in it is done.
        for path in then.directories.keys.sorted(by: Path.precedes).reversed() {
            guard let entry = then.directories[path], !isTaken(path) else { continue }
            let before = now.directories[path]
            if before != entry, before != nil { plan.modes.append(.init(path: path, from: before?.mode, to: entry.mode)) }
            guard before != entry || touched.contains(path) else { continue }
            work.add("owner", String(decoding: entry.owner, as: UTF8.self), path)
            work.add(entry.mode & 0o700 == 0o700 ? "mode" : "last", RestoreWork.octal(entry.mode), path)
        }
    }
}

extension Path {
    /// The order of the bytes: a directory before what is in it.
    static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.lexicographicallyPrecedes(right) }
}

/// Records for the script that restores: words and a path, each ended by NUL.
struct RestoreWork: Equatable {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ kind: String, _ path: [UInt8]) { add(kind, nil, path) }

    mutating func add(_ kind: String, _ word: String?, _ path: [UInt8]) {
        // git's lists hold names as git has them; other tools get them so that none begins with a dash.
        let prefix: [UInt8] = kind == "blocked" || path.elementsEqual(".".utf8) ? [] : [UInt8(ascii: "."), slash]
        bytes += Array("\(kind) \(word.map { $0 + " " } ?? "")".utf8) + prefix + path + [0]
    }

    /// Five digits, so that chmod(1) takes set-ID bits of directories away too.
    static func octal(_ mode: UInt16) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
