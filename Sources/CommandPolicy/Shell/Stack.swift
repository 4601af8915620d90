/// A stack of plain values from which taking back costs nothing: only the count changes.
///
/// The reader pushes and takes back words and text at every step, so these two operations set its speed.
struct Stack<Element: BitwiseCopyable> {
    private var storage: [Element]
    private let filler: Element
    private(set) var count = 0

    init(filler: Element, capacity: Int) {
        self.filler = filler
        storage = Array(repeating: filler, count: capacity)
    }

    var last: Element? { count > 0 ? storage[count - 1] : nil }

    subscript(index: Int) -> Element { storage[index] }

    subscript(range: Range<Int>) -> ArraySlice<Element> {
        precondition(range.upperBound <= count)
        return storage[range]
    }

    mutating func append(_ element: Element) {
        if count == storage.count { reserve(1) }
        storage[count] = element
        count += 1
    }

    mutating func append(contentsOf elements: some Sequence<Element>) {
        for element in elements { append(element) }
    }

    /// Takes back everything above a count.
    mutating func cut(to newCount: Int) {
        precondition(newCount <= count)
        count = newCount
    }

    private mutating func reserve(_ more: Int) {
        let missing = count + more - storage.count
        if missing > 0 { storage.append(contentsOf: repeatElement(filler, count: max(missing, storage.count))) }
    }
}

extension Stack<UInt8> {
    /// Copies bytes from a place on as long as they belong to a class, and gives back where the run ends.
    @inline(__always)
    mutating func appendRun(of input: [UInt8], from start: Int, to end: Int, while belongs: (UInt8) -> Bool) -> Int {
        reserve(end - start)
        let source = input.span
        var index = start
        var place = count
        var target = storage.mutableSpan
        while index < end {
            let byte = source[index]
            if !belongs(byte) { break }
            target[place] = byte
            place += 1
            index += 1
        }
        count = place
        return index
    }

    /// Whether a range holds exactly a text.
    @inline(__always)
    func holds(_ other: String, from start: Int, to end: Int) -> Bool {
        end - start == other.utf8.count && holdsPrefix(other, from: start)
    }

    private func holdsPrefix(_ other: String, from start: Int) -> Bool {
        var index = start
        for byte in other.utf8 {
            if storage[index] != byte { return false }
            index += 1
        }
        return true
    }

    /// Copies a range to the end of an array and gives back its hash for a `NameTable`, and whether it holds a zero
    /// byte.
    func copyName(_ range: Range<Int>, to names: inout [UInt8]) -> (hash: UInt64, holdsZero: Bool) {
        names.append(contentsOf: storage[range])
        let bytes = storage.span
        var hash = NameTable.hashSeed
        var holdsZero = false
        for index in range {
            let byte = bytes[index]
            if byte == 0 { holdsZero = true }
            hash = NameTable.hash(hash, adding: byte)
        }
        return (hash, holdsZero)
    }

    /// The place after the last `/` of a range.
    func baseName(_ range: Range<Int>) -> Int {
        let bytes = storage.span
        var start = range.upperBound
        while start > range.lowerBound, bytes[start - 1] != .slash { start -= 1 }
        return start
    }
}
