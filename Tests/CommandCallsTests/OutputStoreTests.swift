import EventLoop
import Testing

@testable import CommandCalls
@testable import Sessions

@Suite("Kept outputs")
struct OutputStoreTests {
    private let now = MonotonicInstant(nanoseconds: 5)

    private func text(_ bytes: Int) throws -> WholeText {
        try finished(WholeStream(CaptureReading(capture([UInt8](repeating: 0x0A, count: bytes)), .shapesOnly, isEnded: true)))
    }

    @Test("The texts that were read last are kept, a few of them, as long as their output and its session")
    func texts() throws {
        let store = OutputStore()
        let handles = (0..<6).map { store.keep(session: $0 == 5 ? "b" : "a", stdout: Capture(), stderr: Capture(), now: now) }
        for (index, handle) in handles.enumerated() { store.remember(try text(index + 1), of: handle, stream: "stdout", version: 0) }
        #expect(handles.map { store.text($0, stream: "stdout", version: 0)?.lines.total } == [nil, nil, 3, 4, 5, 6])
        #expect(store.text(handles[5], stream: "stderr", version: 0) == nil)
        store.remember(try text(9), of: handles[5], stream: "stdout", version: 0)
        #expect(handles.map { store.text($0, stream: "stdout", version: 0)?.lines.total } == [nil, nil, 3, 4, 5, 9])
        store.dropTexts(of: "a")
        #expect(handles.map { store.text($0, stream: "stdout", version: 0)?.lines.total } == [nil, nil, nil, nil, nil, 9])
        store.expire(now: now + OutputStore.lifetime)
        #expect(store.text(handles[5], stream: "stdout", version: 0) == nil)
        store.remember(try text(9), of: handles[5], stream: "stdout", version: 0)
        #expect(store.text(handles[5], stream: "stdout", version: 0) == nil)
    }
}
