internal import KeeperProtocol
internal import SecretIO
internal import SecretMemory

/// Values on their way from the keeper's socket into locked memory, each into a place of its own.
final class ArrivingValues {
    let id: Int
    private let summary: OpenedSecrets
    private var boxes: [OpenedValues.Box] = []
    private var buffer: SecretBuffer?

    init(id: Int, _ summary: OpenedSecrets) {
        self.id = id
        self.summary = summary
    }

    enum Progress {
        case complete(OpenedValues)
        case waiting
        case endOfFile
        case failed(KeeperFailure)
    }

    /// Reads what is there of them, and no byte beyond the last.
    func read(from descriptor: Int32) -> Progress {
        do throws(SecretIOError) {
            while boxes.count < summary.entries.count {
                switch try readNext(from: descriptor, count: summary.entries[boxes.count].byteCount) {
                case .bytes: continue
                case .wouldBlock: return .waiting
                case .endOfFile: return .endOfFile
                }
            }
            return .complete(OpenedValues(summary, boxes))
        } catch .memory {
            return .failed(.noLockedMemory)
        } catch {
            return .failed(.ended)
        }
    }

    private func readNext(from descriptor: Int32, count: Int) throws(SecretIOError) -> SecretReadOutcome {
        var value = try begun(count)
        var outcome = SecretReadOutcome.bytes(0)
        if value.count < count {
            outcome = try SecretIO.readAvailable(descriptor, into: &value, atMost: count - value.count)
        }
        if value.count < count {
            buffer = consume value
        } else {
            do throws(SecretMemoryError) { boxes.append(OpenedValues.Box(try value.take())) } catch { throw .memory(error) }
        }
        return outcome
    }

    /// The value that is being read, or room for the next.
    private func begun(_ count: Int) throws(SecretIOError) -> SecretBuffer {
        if let begun = buffer.take() { return begun }
        do throws(SecretMemoryError) { return try SecretBuffer(capacity: count) } catch { throw .memory(error) }
    }
}
