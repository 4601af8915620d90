/// Output that has not gone out, by the number of its bytes. What goes out is overwritten here.
struct HeldOutput {
    private var bytes: [UInt8] = []
    /// Where in `bytes` the first held one is.
    private var head = 0
    /// The number of the first byte that is held, and the number behind the last.
    private(set) var start = 0
    var end: Int { start + count }
    var count: Int { bytes.count - head }

    mutating func append(_ block: ArraySlice<UInt8>) {
        let needed = count + block.count
        if head > 0, bytes.count + block.count > bytes.capacity { compact() }
        if needed > bytes.capacity {
            // A larger array is made here, so that the old one can be overwritten.
            var grown: [UInt8] = []
            grown.reserveCapacity(max(2 * needed, 2 * WorkSpace.block))
            grown.append(contentsOf: bytes[head...])
            wipe(&bytes, 0..<bytes.count)
            bytes = grown
            head = 0
        }
        bytes.append(contentsOf: block)
    }

    /// Holds what of a block is not before `place`; the rest, and what was held before it, goes to `output` at once.
    mutating func append(_ block: ArraySlice<UInt8>, releasing place: Int, into output: inout [UInt8]) {
        let released = place - end
        guard released > 0 else {
            append(block)
            release(upTo: place, into: &output)
            return
        }
        release(upTo: end, into: &output)
        output.append(contentsOf: block.prefix(released))
        start = place
        append(block.dropFirst(released))
    }

    /// Appends what is before `place` to `output`.
    mutating func release(upTo place: Int, into output: inout [UInt8]) {
        guard place > start else { return }
        output.append(contentsOf: bytes[head..<head + place - start])
        drop(upTo: place)
    }

    mutating func drop(upTo place: Int) {
        guard place > start else { return }
        let dropped = place - start
        wipe(&bytes, head..<head + dropped)
        head += dropped
        start = place
        if head == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            head = 0
        }
    }

    private mutating func compact() {
        let kept = count
        for index in 0..<kept { bytes[index] = bytes[head + index] }
        wipe(&bytes, max(kept, 0)..<bytes.count)
        bytes.removeLast(bytes.count - kept)
        head = 0
    }
}
