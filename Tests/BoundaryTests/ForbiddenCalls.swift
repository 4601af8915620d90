#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Needs one symbol of each of several powers and is never called: its object file is what the symbol rules must
/// find something in.
func neverCalledForbiddenCalls() -> Int32 {
    _ = dlopen(nil, 0)
    _ = socket(0, 0, 0)
    _ = unlink("")
    _ = kill(0, 0)
    _ = unsetenv("")
    _ = puts("")
    var thread = pthread_t()
    _ = pthread_create(&thread, nil, { _ in nil }, nil)
    var child = pid_t()
    var arguments: UnsafeMutablePointer<CChar>?
    return posix_spawn(&child, "", nil, nil, &arguments, nil)
}
