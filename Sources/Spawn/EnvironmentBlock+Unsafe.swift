import CSpawn

/// The environment of one child: built from empty, wiped when it goes.
///
/// Values are bytes and cannot be read back or described. A block is one piece of memory outside Swift's arrays, so
/// that no copy stays behind when it grows; it is left out of core dumps, and locked where the limit allows it.
@safe public struct EnvironmentBlock: ~Copyable {
    /// The variables every child may have from this process. Everything else is named by the operator or the plan.
    public static let standardNames = [
        "PATH", "HOME", "USER", "SHELL", "TERM", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ",
    ]

    // SAFETY: `memory` is allocated here, owned by this noncopyable value alone, and freed in `deinit`. The first
    // `used` bytes are initialised and hold `count` strings with their NUL; every access below stays inside them.
    private var memory: UnsafeMutableRawBufferPointer
    private var used = 0
    /// The names it holds, so that a new one costs no search.
    private var names: Set<[UInt8]> = []
    /// How many variables it holds.
    public private(set) var count = 0

    /// An empty block.
    public init() {
        unsafe memory = EnvironmentBlock.pages(4096)
    }

    deinit {
        unsafe csp_block_free(memory.baseAddress, memory.count)
    }

    /// SAFETY: writable for that count until `csp_block_free`.
    private static func pages(_ count: Int) -> UnsafeMutableRawBufferPointer {
        guard let start = unsafe csp_block_allocate(count) else {
            // As Swift's own allocator does.
            preconditionFailure("out of memory")
        }
        return unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
    }

    /// The strings, for the spawn call. SAFETY: valid while the block is borrowed.
    var start: UnsafePointer<CChar>? { unsafe UnsafePointer(memory.baseAddress?.assumingMemoryBound(to: CChar.self)) }

    /// The standard names, and `names` besides, as far as this process has them.
    ///
    /// - Throws: `.environmentName` for a name that no variable can have, even when it came from the operator.
    public static func inherited(adding names: [String] = []) throws(SpawnError) -> EnvironmentBlock {
        var block = EnvironmentBlock()
        for name in standardNames + names {
            try validate(name)
            if let value = ThisProcess.environment(name) { try block.set(name, to: value) }
        }
        return block
    }

    private static func validate(_ name: String) throws(SpawnError) {
        guard !name.isEmpty, !name.utf8.contains(0), !name.utf8.contains(UInt8(ascii: "=")) else {
            throw .environmentName
        }
    }

    /// Sets a variable, in place of one of the same name.
    ///
    /// - Throws: `.environmentName` when the name is empty or holds `=` or NUL, `.environmentValue` when the value holds
    ///   NUL.
    public mutating func set(_ name: String, to value: [UInt8]) throws(SpawnError) {
        try EnvironmentBlock.validate(name)
        let bytes = Array(name.utf8)
        guard !value.contains(0) else { throw .environmentValue(name: name) }
        if !names.insert(bytes).inserted { remove(bytes) }
        reserve(bytes.count + value.count + 2)
        append(bytes)
        append([UInt8(ascii: "=")])
        append(value)
        append([0])
        count += 1
    }

    /// Sets a variable to bytes that are copied nowhere else.
    ///
    /// - Throws: as `set(_:to:)` with an array.
    public mutating func set(_ name: String, to value: RawSpan) throws(SpawnError) {
        try EnvironmentBlock.validate(name)
        // SAFETY: the load is inside the span, and the pointer stays inside its closure.
        let hasNUL = unsafe value.withUnsafeBytes { unsafe $0.contains(0) }
        guard !hasNUL else { throw .environmentValue(name: name) }
        let bytes = Array(name.utf8)
        if !names.insert(bytes).inserted { remove(bytes) }
        reserve(bytes.count + value.byteCount + 2)
        append(bytes)
        append([UInt8(ascii: "=")])
        unsafe value.withUnsafeBytes { source in
            for index in 0..<value.byteCount {
                unsafe memory[used] = source[index]
                used += 1
            }
        }
        append([0])
        count += 1
    }

    /// Sets a variable to text.
    public mutating func set(_ name: String, to value: String) throws(SpawnError) {
        try set(name, to: Array(value.utf8))
    }

    /// Takes a variable out; nothing happens when there is none.
    public mutating func unset(_ name: String) {
        if let held = names.remove(Array(name.utf8)) { remove(held) }
    }

    /// Takes over all variables of another block, in place of own ones of the same name. What they hold goes from one
    /// block's memory to the other's and nowhere else; the other is wiped.
    public mutating func adopt(_ other: consuming EnvironmentBlock) {
        reserve(other.used)
        for name in other.names where names.contains(name) { remove(name) }
        names.formUnion(other.names)
        // SAFETY: `reserve` made room for `other.used` bytes behind `used`, and removals only made more.
        for index in 0..<other.used {
            unsafe memory[used] = other.memory[index]
            used += 1
        }
        count += other.count
    }

    private mutating func append(_ bytes: [UInt8]) {
        for byte in bytes {
            unsafe memory[used] = byte
            used += 1
        }
    }

    private mutating func reserve(_ more: Int) {
        guard unsafe used + more > memory.count else { return }
        let larger = unsafe EnvironmentBlock.pages((used + more) * 2)
        for index in 0..<used { unsafe larger[index] = memory[index] }
        unsafe csp_block_free(memory.baseAddress, memory.count)
        unsafe memory = larger
    }

    private mutating func remove(_ name: [UInt8]) {
        var start = 0
        while start < used {
            var end = start
            while unsafe memory[end] != 0 { end += 1 }
            end += 1
            if isEntry(at: start, to: end, named: name) {
                let length = end - start
                for index in end..<used { unsafe memory[index - length] = memory[index] }
                for index in (used - length)..<used { unsafe memory[index] = 0 }
                used -= length
                count -= 1
                return
            }
            start = end
        }
    }

    private func isEntry(at start: Int, to end: Int, named name: [UInt8]) -> Bool {
        guard end - start > name.count, unsafe memory[start + name.count] == UInt8(ascii: "=") else { return false }
        for (index, byte) in name.enumerated() where unsafe memory[start + index] != byte { return false }
        return true
    }
}
