import EventLoop
import Spawn

// The agent's program. Without a word it serves on standard input and output; its other verbs are the operator's.

do {
    try ThisProcess.harden(keepsDescriptors: true)
    // Nothing that a client left open stays, but what the operator handed over on purpose.
    try ThisProcess.closeInheritedDescriptors(above: SSHPassword.isHandedOver ? SSHPassword.descriptor : 2)
    let console = Console()
    if let code = Commands.dispatch(Array(ThisProcess.arguments.dropFirst()), console: console) {
        ThisProcess.exit(code)
    }
    if SSHPassword.isMissing {
        console.complain("execkit-mcp: \(SSHPassword.failure)\n")
        ThisProcess.exit(1)
    }
    // Before anything is opened: the guardian is the smallest copy of this process there can be.
    try Guardian.split(detach: !Console.inputIsTerminal)
    // Sessions, jobs and kept outputs hold several descriptors each.
    ThisProcess.raiseDescriptorLimit()
    ThisProcess.exit(Serve.run(console: console))
} catch {
    Console().complain("execkit-mcp: the system refused what the program needs to be safe (errno \(error.errno)).\n")
    ThisProcess.exit(1)
}
