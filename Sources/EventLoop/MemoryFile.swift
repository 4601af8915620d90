/// An anonymous file in memory that grows at its end and is read anywhere: a spool without a name on any disk.
///
/// Its pages are the kernel's and go with the last descriptor (memfd_create(2)).
public struct MemoryFile: ~Copyable {
    /// The descriptor, for a child's plan; its own file offset is not used here.
    public let descriptor: Descriptor
    /// Bytes appended so far.
    public private(set) var count: Int = 0

    public init() throws(SystemError) {
        descriptor = Descriptor(adopting: try SystemError.check(System.memoryFile(), .memoryFile))
    }

    /// Appends all of `bytes`. After an error (ENOSPC, ENOMEM) the file ends where it ended before.
    public mutating func append(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        var rest = bytes
        var end = count
        while !rest.isEmpty {
            let written = try SystemError.check(
                System.writeAt(descriptor.rawValue, rest, offset: Int64(end)), .pwrite)
            rest = rest.dropFirst(Int(written))
            end += Int(written)
        }
        count = end
    }

    /// At most `length` bytes from `offset` on; fewer at the end of the file.
    public func bytes(at offset: Int, length: Int) throws(SystemError) -> [UInt8] {
        let wanted = max(0, min(length, count - offset))
        guard wanted > 0, offset >= 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: wanted)
        var filled = 0
        while filled < wanted {
            let read = try SystemError.check(
                System.readAt(descriptor.rawValue, into: &buffer, from: filled, offset: Int64(offset + filled)), .pread)
            guard read > 0 else { break }
            filled += Int(read)
        }
        buffer.removeSubrange(filled...)
        return buffer
    }

    /// Forgets everything and gives the memory back.
    public mutating func removeAll() throws(SystemError) {
        try SystemError.check(System.truncate(descriptor.rawValue, to: 0), .truncate)
        count = 0
    }

    /// The size of the file behind `descriptor`, in bytes (fstat(2)).
    public static func size(of descriptor: borrowing Descriptor) throws(SystemError) -> Int {
        Int(try SystemError.check(System.size(descriptor.rawValue), .stat))
    }
}
