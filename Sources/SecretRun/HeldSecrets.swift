internal import KeeperClient
public import KeeperProtocol
public import SecretMemory

/// Secrets that this process uses itself, in locked memory until each is taken. What is left is wiped when this goes.
public final class HeldSecrets {
    /// What was opened, without values; `nil` when no secret was asked for.
    public let opened: OpenedSecrets?
    private var held: [Held] = []
    private let keeper: KeeperClient
    private var isEnded = false

    private final class Held {
        let key: String
        private var value: SecretBytes?

        init(_ key: String, _ value: consuming SecretBytes) {
            self.key = key
            self.value = consume value
        }

        func take() -> SecretBytes? { value.take() }
    }

    /// - Parameter named: the keys of values, each as often as it will be taken.
    init(_ values: OpenedValues?, _ named: [String], keeper: KeeperClient) throws(SecretRunFailure) {
        self.keeper = keeper
        opened = values?.summary
        guard let values else { return }
        do throws(SecretRunFailure) {
            for key in named {
                guard let index = values.entries.firstIndex(where: { $0.key == key }) else { throw .keeper(.nonsense) }
                held.append(Held(key, try values.withValue(at: index) { (value) throws(SecretRunFailure) in
                    try Self.line(of: value, key)
                }))
            }
        } catch {
            // Whoever opened them tells the keeper what became of it.
            isEnded = true
            throw error
        }
    }

    deinit { ended(.lost) }

    /// The value of a key, as often as the request names it. One line end behind it is no part of it: an editor, `echo` or a
    /// paste has put it there, and no password and no passphrase ends in one.
    public func take(_ key: String) -> SecretBytes? {
        guard let index = held.firstIndex(where: { $0.key == key }) else { return nil }
        return held.remove(at: index).take()
    }

    /// The use is over, or never began (`notStarted`): what is left is wiped and the vault's log is told. Once.
    public func ended(_ outcome: EndedRun.Outcome) {
        held = []
        guard !isEnded else { return }
        isEnded = true
        if let opened { keeper.ended(EndedRun(receipt: opened.receipt, outcome: outcome)) }
    }

    private static func line(of value: borrowing SecretBytes, _ key: String) throws(SecretRunFailure) -> SecretBytes {
        do throws(SecretMemoryError) {
            return try value.withoutLineEnd()
        } catch {
            throw .unusable(key: key, .noLockedMemory)
        }
    }
}
