import CSpawn

/// Swift's face of the C fence: values in, values out.
///
/// SAFETY: every pointer below comes from a `withUnsafe…` call around the very call that uses it, with the count of the
/// memory it came from; the C side keeps none of them. Strings passed to C carry no NUL: `SpawnPlan` refused them.
enum Fence {
    struct Spawned {
        var process: Int32
        var descriptor: Int32
        var step: Int32
        var error: Int32
    }

    struct Exit {
        var isSignal: Bool
        var value: Int32
    }

    struct Plan {
        var executable: String
        var arguments: [[UInt8]]
        var directory: String?
        var mappings: [DescriptorMapping]
        var fileModeMask: Int32
        var deathSignal: Int32
        var isSubreaper: Bool
    }

    static func spawn(_ plan: Plan, environment: borrowing EnvironmentBlock) -> Spawned {
        unsafe create(plan, environment: environment) { unsafe csp_spawn($0, $1) }
    }

    /// Returns only when it failed.
    static func replace(_ plan: Plan, environment: borrowing EnvironmentBlock) -> Spawned {
        unsafe create(plan, environment: environment) { unsafe csp_replace($0, $1) }
    }

    private static func create(
        _ plan: Plan, environment: borrowing EnvironmentBlock,
        by call: (UnsafePointer<csp_plan>, UnsafeMutablePointer<csp_result>) -> Void
    ) -> Spawned {
        var arguments: [CChar] = []
        for argument in plan.arguments {
            for byte in argument { arguments.append(CChar(bitPattern: byte)) }
            arguments.append(0)
        }
        let mappings = plan.mappings.map { csp_mapping(source: $0.source ?? -1, target: $0.target) }
        var result = csp_result(pid: -1, pidfd: -1, step: 0, error: 0)
        // SAFETY: all five pointers are valid for the whole nest of closures, inside which the C call returns.
        unsafe plan.executable.withCString { executable in
            unsafe withOptionalCString(plan.directory) { directory in
                unsafe arguments.withUnsafeBufferPointer { arguments in
                    unsafe mappings.withUnsafeBufferPointer { mappings in
                        var raw = unsafe csp_plan(
                            executable: executable,
                            arguments: arguments.baseAddress, argument_count: plan.arguments.count,
                            environment: environment.start, environment_count: environment.count,
                            directory: directory,
                            mappings: mappings.baseAddress, mapping_count: mappings.count,
                            file_mode_mask: plan.fileModeMask, death_signal: plan.deathSignal,
                            subreaper: plan.isSubreaper ? 1 : 0)
                        unsafe call(&raw, &result)
                    }
                }
            }
        }
        unsafe arguments.withUnsafeMutableBytes { unsafe csp_wipe($0.baseAddress, $0.count) }
        return Spawned(process: result.pid, descriptor: result.pidfd, step: result.step, error: result.error)
    }

    private static func withOptionalCString(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Void) {
        guard let text else { return body(nil) }
        unsafe text.withCString { unsafe body($0) }
    }

    // MARK: Children

    /// A negated errno, 0 while it runs, 1 with `exit` once it ended.
    static func wait(descriptor: Int32, reap: Bool) -> (status: Int32, exit: Exit) {
        var raw = csp_exit(signaled: 0, value: 0)
        let status = unsafe csp_wait(descriptor, reap ? 1 : 0, &raw)
        return (status, Exit(isSignal: raw.signaled != 0, value: raw.value))
    }

    static func reap(process: Int32) -> Int32 {
        var raw = csp_exit(signaled: 0, value: 0)
        return unsafe csp_wait_pid(process, 1, &raw)
    }

    static func open(process: Int32) -> Int32 { csp_pidfd_open(process) }
    static func signal(descriptor: Int32, _ number: Int32) -> Int32 { csp_pidfd_signal(descriptor, number) }
    static func signal(group: Int32, _ number: Int32) -> Int32 { csp_signal_group(group, number) }
    static func close(_ descriptor: Int32) { csp_close(descriptor) }
    @discardableResult
    static func poll(_ descriptor: Int32, milliseconds: Int32) -> Bool { csp_poll(descriptor, milliseconds) == 1 }

    // MARK: Process table

    static func record(of process: Int32) -> ProcessRecord? {
        var raw = csp_process()
        return unsafe csp_read_process(process, &raw) == 0 ? ProcessRecord(raw) : nil
    }

    static func runSameProgram(_ process: Int32, _ other: Int32) -> Bool { csp_run_same_program(process, other) == 1 }
    static func hasMemory(_ process: Int32) -> Bool { csp_has_memory(process) == 1 }

    static func processes() -> [ProcessRecord] {
        var capacity = 1024
        while true {
            var buffer = [csp_process](repeating: csp_process(), count: capacity)
            let count = unsafe buffer.withUnsafeMutableBufferPointer {
                unsafe csp_processes($0.baseAddress, Int32($0.count))
            }
            guard count > capacity else { return buffer.prefix(Int(max(0, count))).map { ProcessRecord($0) } }
            capacity = Int(count) * 2
        }
    }

    /// Children of a process's main thread, quickly; `isComplete` is false when some may be missing.
    static func children(of process: Int32) -> (numbers: [Int32], isComplete: Bool) {
        unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 256) { buffer in
            var complete: Int32 = 0
            let count = unsafe csp_children(process, buffer.baseAddress, Int32(buffer.count), &complete)
            return unsafe (Array(buffer.prefix(Int(max(0, count)))), complete == 1)
        }
    }

    // MARK: This process

    static func processIdentifier() -> Int32 { csp_getpid() }
    static func harden() -> Int32 { csp_harden() }
    static func raiseDescriptorLimit(most: UInt64) -> Int32 { csp_raise_descriptor_limit(most) }
    static func openStandardDescriptors() -> Int32 { csp_open_standard() }
    static func isDumpable() -> Bool { csp_is_dumpable() == 1 }
    static func closeDescriptors(from lowest: Int32) -> Int32 { csp_close_from(lowest) }
    static func setSubreaper(_ on: Bool) -> Int32 { csp_set_subreaper(on ? 1 : 0) }
    static func exit(_ code: Int32) -> Never { csp_exit(code) }
    static func die(by signal: Int32) -> Never { csp_die_by(signal) }
    static func monotonicNanoseconds() -> Int64 { csp_monotonic_ns() }
    static func isThere(_ path: String) -> Bool { unsafe path.withCString { unsafe csp_is_there($0) == 1 } }
    static func isExecutable(_ path: String) -> Bool { unsafe path.withCString { unsafe csp_is_executable($0) == 1 } }

    /// The names of all variables, copied out. An entry without `=` has no name.
    /// SAFETY: the C library's array of strings, each ended by NUL, which lives as long as the process.
    static func arguments() -> [String] {
        var arguments: [String] = []
        while let text = unsafe csp_argument(Int32(arguments.count)) { unsafe arguments.append(String(cString: text)) }
        return arguments
    }

    static func environmentNames() -> [String] {
        var names: [String] = []
        var place = 0
        while let entry = unsafe csp_environment_entry(place) {
            var name: [UInt8] = []
            var index = 0
            while unsafe entry[index] != 0, unsafe entry[index] != 0x3d {
                unsafe name.append(UInt8(bitPattern: entry[index]))
                index += 1
            }
            if unsafe entry[index] != 0 { names.append(String(decoding: name, as: UTF8.self)) }
            place += 1
        }
        return names
    }

    /// The bytes of a variable, copied out before the environment can change.
    static func environment(_ name: String) -> [UInt8]? {
        unsafe name.withCString { name in
            guard let value = unsafe csp_environment(name) else { return nil }
            var bytes: [UInt8] = []
            var index = 0
            while unsafe value[index] != 0 {
                unsafe bytes.append(UInt8(bitPattern: value[index]))
                index += 1
            }
            return bytes
        }
    }

    /// Shows a variable where it lies, then wipes and unsets it; `nil` when it is not set.
    static func takeEnvironment<R: ~Copyable, E: Error>(
        _ name: String, _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R? {
        defer { wipeEnvironment(name) }
        guard let value = unsafe name.withCString({ unsafe csp_environment($0) }) else { return nil }
        var count = 0
        while unsafe value[count] != 0 { count += 1 }
        // SAFETY: the value lies in the environment block, which nobody changes before the `defer` above.
        return try body(unsafe RawSpan(_unsafeStart: UnsafeRawPointer(value), byteCount: count))
    }

    static func wipeEnvironment(_ name: String) { unsafe name.withCString { unsafe csp_take_environment($0) } }

    static func currentDirectory() -> String? { unsafe text { unsafe csp_current_directory($0, $1) } }
    static func directory(of process: Int32) -> String? {
        unsafe text { unsafe csp_process_directory(process, $0, $1) }
    }
    static func executablePath() -> String? { unsafe text { unsafe csp_executable_path($0, $1) } }
    static func homeDirectory() -> String? { unsafe text { unsafe csp_home_directory($0, $1) } }
    static func userName() -> String? { unsafe text { unsafe csp_user_name($0, $1) } }

    /// The text a C function writes into a buffer of PATH_MAX bytes; `nil` when it fails.
    private static func text(_ write: (UnsafeMutablePointer<CChar>?, Int) -> Int32) -> String? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            let length = unsafe write(buffer.baseAddress, buffer.count)
            guard length >= 0 else { return nil }
            let bytes = unsafe buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    // MARK: Guardian

    static func split(detach: Bool) -> (process: Int32, worker: Int32) {
        var worker: Int32 = -1
        let process = unsafe csp_split(detach ? 1 : 0, &worker)
        return (process, worker)
    }

    static func guardWorker(process: Int32, descriptor: Int32) -> Exit {
        var raw = csp_exit(signaled: 0, value: 1)
        unsafe csp_guard(process, descriptor, &raw)
        return Exit(isSignal: raw.signaled != 0, value: raw.value)
    }

    /// Whether children are left.
    static func reapAll() -> Bool { csp_reap_all() == 1 }
}

extension ProcessRecord {
    fileprivate init(_ raw: csp_process) {
        self.init(
            process: raw.pid, parent: raw.parent, group: raw.group, session: raw.session,
            state: UInt8(bitPattern: raw.state), startTime: raw.start_time,
            ignoresInterrupt: raw.ignores_interrupt == 1)
    }
}
