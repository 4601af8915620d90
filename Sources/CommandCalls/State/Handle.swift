import Digest
import EventLoop

/// Unguessable names for what a client may come back to: 128 random bits as 32 hexadecimal digits.
package enum Handle {
    package static func random() -> String {
        do {
            return Hex.encode(try SystemRandom.bytes(16))
        } catch {
            // getrandom(2) with a valid buffer fails only before the kernel is seeded, when no program like this runs.
            preconditionFailure("the kernel gives no random bytes")
        }
    }
}
