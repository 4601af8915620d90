internal import HelperRun
internal import SecretMemory
internal import Spawn

/// `pass`, the standard unix password manager: the password is the first line of the entry.
struct PassStore: KeepsPassword {
    let entry: String

    /// Whether a name is an entry and no option and no way out of the store.
    static func isEntry(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("-") && !name.hasPrefix("/") && !name.utf8.contains(0)
            && !name.split(separator: "/").contains("..")
    }

    func read(_ helpers: HelperRun) throws(KeyringError) -> SecretBytes {
        try firstLine(try helped { () throws(HelperError) in try helpers.run("pass", ["show", entry]) })
    }

    func write(_ password: borrowing SecretBytes, _ helpers: HelperRun) throws(KeyringError) {
        do throws(KeyringError) {
            // `pass insert` asks before it overwrites only at a terminal, which it has not.
            let there = try read(helpers)
            guard there.isEqual(inConstantTimeTo: password) else { throw .taken(name: PasswordStore.pass(entry: entry).name) }
            return
        } catch {
            // 1 is its word for an entry that is not there; gpg's own failures are others.
            guard case .helper(.failed(_, .code(1))) = error else { throw error }
        }
        do throws(HelperError) {
            _ = try helpers.run("pass", ["insert", "--multiline", "--force", entry], input: password)
        } catch {
            throw .helper(error)
        }
    }
}
