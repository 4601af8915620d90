internal import EventLoop
internal import Spawn

extension RemoteSession {
    /// Values of `coredump_filter` (core(5)) that are not the kernel's default, each as it prints them. It is inherited
    /// by every process, survives exec, cleared environments and new sessions, has no effect but on what a core dump
    /// holds, and nothing changes it in passing: so it tells whose a process is.
    private static let allTags: [String] = (1..<512).filter { $0 != 0x33 && $0 != 0x23 }.map { value in
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Checks what cannot be told later, and begins to start the shell.
    static func make(
        in place: any RemotePlace, _ options: RemoteShellOptions, loop: EventLoop
    ) -> Result<RemoteSession, SessionStartFailure> {
        if let directory = options.workingDirectory, !directory.hasPrefix("/") || directory.utf8.contains(0) {
            return .failure(.directoryNotAbsolute)
        }
        for variable in options.environment {
            guard isName(variable.name) else { return .failure(.notSpawned(.environmentName)) }
            guard !variable.value.utf8.contains(0) else {
                return .failure(.notSpawned(.environmentValue(name: variable.name)))
            }
        }
        // It is one word of a line.
        if let shell = options.shell, shell.isEmpty || !shell.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            return .failure(.noShell)
        }
        do {
            let texts = try (0..<3).map { _ in Hexadecimal.text(try SystemRandom.bytes(16)) }
            let offset = try SystemRandom.bytes(2).reduce(0) { $0 << 8 | Int($1) } % allTags.count
            let greeting = RemoteDriver.Greeting(
                secret: texts[0], hello: texts[1], shell: options.shell,
                tags: Array((allTags[offset...] + allTags[..<offset]).prefix(64)),
                grace: Int(clamping: options.closeGrace.components.seconds))
            return .success(
                RemoteSession(
                    identifier: texts[2] + "_" + place.transport, place: place, options: options, greeting: greeting,
                    loop: loop))
        } catch {
            return .failure(.system(errno: (error as? SystemError)?.errno ?? 0))
        }
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == UInt8(ascii: "_")
        }
    }
}
