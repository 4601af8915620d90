import EventLoop
import Foundation

/// Turns the loop until the condition holds, as long as a slow machine may need.
func turn(_ loop: EventLoop, until condition: () -> Bool) throws {
    let deadline = loop.now + .seconds(60)
    while !condition() {
        guard loop.now < deadline else { throw Timeout() }
        try loop.runOnce(timeout: .milliseconds(50))
    }
}

struct Timeout: Error {}

/// Reads once from a descriptor whose owner is elsewhere.
func readOnce(_ number: Int32, count: Int = 4096) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    let got = read(number, &buffer, count)
    return got > 0 ? Array(buffer[..<got]) : []
}

/// Repeatable numbers for property tests (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
