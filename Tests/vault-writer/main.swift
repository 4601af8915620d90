import EventLoop
import PrivateFiles
import SecretMemory
import Vault
import VaultStore

// Writes to a vault until it is killed, and says after each commit what is in the vault now. Usage:
//   vault-writer <directory> <project> <prefix>
// The password of the test's vault is the word "password". Every line is "<key> <version> <number>": the value of that
// version is "<prefix><number>".

func secret(_ text: String) throws -> SecretBytes {
    var buffer = try SecretBuffer()
    for byte in text.utf8 { try buffer.append(byte) }
    return try buffer.take()
}

func report(_ text: String) {
    let output = Descriptor(adopting: 1)
    _ = output.write(Array(text.utf8))
    _ = output.take()
}

/// Another writer may hold the file for longer than the store waits: nothing was changed then, and the act is repeated.
func patiently<R>(_ body: () throws(VaultError) -> R) throws(VaultError) -> R {
    while true {
        do throws(VaultError) { return try body() } catch .store(.busy) { continue }
    }
}

func write(_ directory: String, _ project: String, _ prefix: String) throws {
    let vault = try LockedVault.open(in: AbsolutePath(directory)).unlock(password: secret("password"))
    report("ready\n")
    // Enough to be killed in the middle of; the rest of the time it waits for that.
    for number in 1...200 {
        let key = "\(prefix)\(number % 7)"
        let place = SecretPlace(project: project, environment: "dev", key: key)
        let value = try secret("\(prefix)\(number)")
        let version = try patiently { () throws(VaultError) in try vault.set(place, value) }
        report("\(key) \(version) \(number)\n")
        if number % 11 == 0 { try patiently { () throws(VaultError) in try vault.locked.remove(place) } }
        if number == 25 { _ = try patiently { () throws(VaultError) in try vault.rekey(project: project) } }
    }
    // Not ended by itself, so that the number that is killed is still this process's.
    let input = Descriptor(adopting: 0)
    var byte: [UInt8] = [0]
    _ = input.read(into: &byte)
    _ = input.take()
}

let arguments = CommandLine.arguments
if arguments.count == 4 {
    do { try write(arguments[1], arguments[2], arguments[3]) } catch { report("failed \(error)\n") }
}
