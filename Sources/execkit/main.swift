internal import Keyring
internal import SecretMemory
internal import Spawn

// Before anything else: no dumps, no tracing, and no password in the environment. Inherited descriptors stay open until
// the arguments say whether one of them holds the password.
try? ThisProcess.harden(keepsDescriptors: true)
start()

func start() -> Never {
    let password: SecretBytes?
    do {
        password = try ThisProcess.takeEnvironment(Keyring.variable) { bytes in
            var copy = try SecretBuffer(capacity: bytes.byteCount)
            try copy.append(bytes)
            return try copy.take()
        }
    } catch {
        Stop(error).end()
    }
    Execkit.start(environmentPassword: password)
}
