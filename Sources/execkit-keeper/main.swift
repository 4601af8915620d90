internal import Keyring
internal import Spawn

// Before anything else: no dumps, no tracing, no descriptor but the socket, and no password in the environment. A keeper that
// cannot be hardened does not run.
do {
    try ThisProcess.harden(keepsDescriptors: true)
    try ThisProcess.closeInheritedDescriptors(above: 3)
} catch {
    ThisProcess.exit(ExitCode.system.rawValue)
}
// Neither is used: the password is the person's to type, and no program of a store may draw on the client's terminal.
for name in [Keyring.variable, "GPG_TTY"] { ThisProcess.takeEnvironment(name) { _ in } }
ThisProcess.exit(Keeper.run().rawValue)
