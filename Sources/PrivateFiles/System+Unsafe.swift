// The one file that talks to the C fence. Every pointer made here lives for one call of a C function that neither keeps
// nor frees it.
import CFiles

/// The calls of the fence, with errno turned into `FileError` at once.
enum System {
    enum Purpose {
        case read, create, append, appendCreating, update, updateCreating, directory

        fileprivate var code: Int32 {
            switch self {
            case .read: Int32(EK_FILES_READ.rawValue)
            case .create: Int32(EK_FILES_CREATE.rawValue)
            case .append: Int32(EK_FILES_APPEND.rawValue)
            case .appendCreating: Int32(EK_FILES_APPEND_CREATE.rawValue)
            case .update: Int32(EK_FILES_UPDATE.rawValue)
            case .updateCreating: Int32(EK_FILES_UPDATE_CREATE.rawValue)
            case .directory: Int32(EK_FILES_DIRECTORY.rawValue)
            }
        }
    }

    // MARK: Opening

    static func root() throws(FileError) -> Int32 {
        try check(ek_files_root(), .open)
    }

    /// Nil when this system has no openat2.
    static func directoryWithoutLinks(_ path: AbsolutePath) throws(FileError) -> Int32? {
        // SAFETY: the C string is NUL-terminated and valid during the call; a checked path holds no NUL.
        let result = unsafe path.text.withCString { unsafe ek_files_directory_without_links($0) }
        return result == -Code.unsupported ? nil : try check(result, .open)
    }

    static func open(_ directory: Int32, _ name: String, _ purpose: Purpose, mode: UInt32 = 0) throws(FileError) -> Int32 {
        // SAFETY: as above.
        let result = unsafe name.withCString { unsafe ek_files_open(directory, $0, purpose.code, mode) }
        return try check(result, .open)
    }

    static func close(_ descriptor: Int32) {
        _ = ek_files_close(descriptor)
    }

    // MARK: Inspecting

    static func info(_ descriptor: Int32) throws(FileError) -> FileInfo {
        var raw = ek_files_info_zero
        // SAFETY: the structure is a local of the right type, written during the call only.
        try check(unsafe ek_files_info(descriptor, &raw), .inspect)
        return FileInfo(raw)
    }

    static func info(_ directory: Int32, _ name: String) throws(FileError) -> FileInfo {
        var raw = ek_files_info_zero
        // SAFETY: as above, and the C string is valid during the call.
        let result = unsafe name.withCString { unsafe ek_files_info_at(directory, $0, &raw) }
        try check(result, .inspect)
        return FileInfo(raw)
    }

    static func linkTarget(_ directory: Int32, _ name: String) throws(FileError) -> String {
        var target = [UInt8](repeating: 0, count: 4096)
        // SAFETY: the buffer is as long as the capacity given with it.
        let count = unsafe target.withUnsafeMutableBufferPointer { buffer in
            unsafe name.withCString { unsafe ek_files_link_target(directory, $0, buffer.baseAddress, buffer.count) }
        }
        try check(count, .inspect)
        guard count < 4096, let text = String(validating: target.prefix(Int(count)), as: UTF8.self) else { throw .badPath }
        return text
    }

    static func isInMemory(_ descriptor: Int32) throws(FileError) -> Bool {
        try check(ek_files_is_in_memory(descriptor), .inspect) == 1
    }

    // MARK: Changing a directory

    static func makeDirectory(_ directory: Int32, _ name: String, mode: UInt32) throws(FileError) {
        // SAFETY: the C string is valid during the call (so in the three below).
        try check(unsafe name.withCString { unsafe ek_files_make_directory(directory, $0, mode) }, .makeDirectory)
    }

    static func remove(_ directory: Int32, _ name: String) throws(FileError) {
        try check(unsafe name.withCString { unsafe ek_files_remove(directory, $0) }, .remove)
    }

    static func removeDirectory(_ directory: Int32, _ name: String) throws(FileError) {
        try check(unsafe name.withCString { unsafe ek_files_remove_directory(directory, $0) }, .remove)
    }

    static func rename(_ directory: Int32, _ from: String, to: String) throws(FileError) {
        let result = unsafe from.withCString { from in
            unsafe to.withCString { unsafe ek_files_rename(directory, from, $0) }
        }
        try check(result, .rename)
    }

    /// The names in a directory that are valid UTF-8, without `.` and `..`, unordered.
    static func names(_ directory: Int32) throws(FileError) -> [String] {
        var failure: Int32 = 0
        // SAFETY: the handle is used only here and closed on every way out.
        guard let entries = unsafe ek_files_entries_open(directory, &failure) else {
            throw .system(.list, code: -failure)
        }
        defer { unsafe ek_files_entries_close(entries) }
        var names: [String] = []
        var buffer = [CChar](repeating: 0, count: 1024)
        while true {
            // SAFETY: the buffer is as long as the capacity given with it.
            let length = unsafe buffer.withUnsafeMutableBufferPointer {
                unsafe ek_files_entries_next(entries, $0.baseAddress, $0.count)
            }
            try check(length, .list)
            guard length > 0 else { return names }
            let bytes = buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }
            if let name = String(validating: bytes, as: UTF8.self) { names.append(name) }
        }
    }

    // MARK: Content

    /// Up to `count` bytes at `offset`; fewer only at the end of the file.
    static func read(_ descriptor: Int32, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var failure: Int64 = 0
        // SAFETY: each call may write at most `count - filled` bytes behind the `filled` ones, inside the capacity;
        // exactly the bytes the kernel wrote are declared initialised.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let base = buffer.baseAddress {
                let got = unsafe ek_files_read_at(descriptor, base + filled, count - filled, Int64(offset + filled))
                guard got > 0 else {
                    failure = min(got, 0)
                    return
                }
                filled += Int(got)
            }
        }
        try check(failure, .read)
        return bytes
    }

    /// One write(2). May take fewer bytes than given.
    static func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(FileError) -> Int {
        // SAFETY: pointer and count are those of the slice, read during the call only (so below).
        let result = unsafe bytes.withUnsafeBufferPointer { unsafe ek_files_write(descriptor, $0.baseAddress, $0.count) }
        return Int(try check(result, .write))
    }

    static func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>, at offset: Int) throws(FileError) -> Int {
        let result = unsafe bytes.withUnsafeBufferPointer {
            unsafe ek_files_write_at(descriptor, $0.baseAddress, $0.count, Int64(offset))
        }
        return Int(try check(result, .write))
    }

    static func truncate(_ descriptor: Int32, to size: Int) throws(FileError) {
        try check(ek_files_truncate(descriptor, Int64(size)), .truncate)
    }

    static func sync(_ descriptor: Int32, dataOnly: Bool) throws(FileError) {
        try check(dataOnly ? ek_files_sync_data(descriptor) : ek_files_sync(descriptor), .sync)
    }

    static func setMode(_ descriptor: Int32, _ mode: UInt32) throws(FileError) {
        try check(ek_files_set_mode(descriptor, mode), .setMode)
    }

    static func setOwner(_ descriptor: Int32, user: UInt32, group: UInt32) throws(FileError) {
        try check(ek_files_set_owner(descriptor, user, group), .setOwner)
    }

    /// Gives how many milliseconds it waited.
    @discardableResult
    static func lock(_ descriptor: Int32, exclusive: Bool, milliseconds: Int) throws(FileError) -> Int {
        let result = ek_files_lock(descriptor, exclusive ? 1 : 0, Int64(milliseconds))
        if result == -Int64(Code.again) { throw .locked }
        return Int(try check(result, .lock))
    }

    static func unlock(_ descriptor: Int32) {
        _ = ek_files_unlock(descriptor)
    }

    // MARK: The process and its user

    static func effectiveUser() -> UInt32 {
        ek_files_effective_user()
    }

    /// The home directory of the effective user in the passwd database, or nil when there is none.
    static func passwdHome() -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        // SAFETY: the buffer is as long as the capacity given with it.
        let length = unsafe buffer.withUnsafeMutableBufferPointer { unsafe ek_files_home($0.baseAddress, $0.count) }
        guard length > 0 else { return nil }
        return String(validating: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func random(_ count: Int) throws(FileError) -> [UInt8] {
        precondition(count <= 256)
        var bytes = [UInt8](repeating: 0, count: count)
        // SAFETY: the buffer is as long as the count given with it.
        let result = unsafe bytes.withUnsafeMutableBufferPointer { unsafe ek_files_random($0.baseAddress, $0.count) }
        try check(result, .random)
        return bytes
    }

    // MARK: Errors

    /// The name and the meaning of an errno.
    static func describe(_ code: Int32) -> (name: String, meaning: String) {
        // SAFETY: the C library returns null or static NUL-terminated text.
        let name = unsafe ek_files_error_name(code).map { unsafe String(cString: $0) }
        let meaning = unsafe ek_files_error_meaning(code).map { unsafe String(cString: $0) }
        return (name ?? "errno \(code)", meaning ?? "unknown error")
    }

    static func isMissing(_ code: Int32) -> Bool { code == Code.missing }
    static func exists(_ error: FileError) -> Bool {
        if case .system(_, code: Code.exists) = error { return true }
        return false
    }

    /// The errno numbers this room decides by: the same on every Linux architecture Swift runs on.
    private enum Code {
        static let missing: Int32 = 2
        static let again: Int32 = 11
        static let exists: Int32 = 17
        static let unsupported: Int32 = 38
        static let loop: Int32 = 40
    }

    private static let ek_files_info_zero = CFiles.ek_files_info()

    @discardableResult
    private static func check<Number: SignedInteger>(
        _ result: Number, _ operation: FileOperation
    ) throws(FileError) -> Number {
        guard result < 0 else { return result }
        let code = Int32(-result)
        throw code == Code.loop ? .symbolicLink : .system(operation, code: code)
    }
}

extension FileInfo {
    fileprivate init(_ raw: ek_files_info) {
        let kind: FileKind =
            switch raw.kind {
            case Int32(EK_FILES_REGULAR.rawValue): .regular
            case Int32(EK_FILES_IS_DIRECTORY.rawValue): .directory
            case Int32(EK_FILES_LINK.rawValue): .link
            default: .other
            }
        self.init(
            kind: kind, size: Int(raw.size), mode: raw.mode, user: raw.user, group: raw.group, links: Int(raw.links),
            modifiedMilliseconds: Int(raw.modified_seconds) * 1000 + Int(raw.modified_nanoseconds) / 1_000_000,
            modifiedNanoseconds: Int(raw.modified_nanoseconds), device: raw.device, inode: raw.inode)
    }
}
