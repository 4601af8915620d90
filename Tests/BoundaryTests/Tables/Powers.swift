/// A dangerous ability, the rooms that own it, and how it is recognised in text and in object files.
struct Power {
    let name: String
    /// Rooms whose files and objects may show it. Empty: nobody.
    let owners: [String]
    /// Identifiers in C and C++ files. A trailing `*` matches any ending.
    var c: [String] = []
    /// Identifiers in Swift files. A trailing `*` matches any ending.
    var swift: [String] = []
    /// Undefined symbols of object files. A trailing `*` matches any ending.
    var symbols: [String] = []
    let reason: String
}

private let processNames = [
    "posix_spawn*", "fork", "_Fork", "__fork", "vfork", "clone", "clone3", "execl", "execle", "execlp", "execv",
    "execve", "execveat", "execvp", "execvpe", "fexecve", "popen", "system", "wordexp", "forkpty", "daemon",
    "pidfd_spawn*",
]
private let networkNames = [
    "socket", "bind", "listen", "connect", "accept", "accept4", "sendto", "recvfrom", "getaddrinfo",
    "gethostbyname*", "getnameinfo", "res_query", "ares_*",
]
private let fileNames = [
    "open", "open64", "openat", "openat64", "openat2", "creat", "creat64", "fopen", "fopen64", "freopen", "opendir",
    "fdopendir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "chmod",
    "fchmodat", "chown", "symlink", "symlinkat", "link", "linkat", "truncate", "mkstemp*", "remove",
]
private let loaderNames = ["dlopen", "dlsym"]
private let otherLoaderNames = ["dlmopen", "dlvsym", "__libc_dl*", "_dl_*"]
private let cryptoNames = ["EVP_*", "RSA_*", "AES_*", "PKCS5_*", "OPENSSL_*", "argon2*"]
private let outputNames = ["printf", "vprintf", "puts", "putchar", "fprintf", "vfprintf", "fputs", "fwrite", "perror", "dprintf"]

let powers: [Power] = [
    Power(
        name: "create a process", owners: ["CSpawn"], c: processNames,
        swift: ["posix_spawn*", "fork", "vfork", "clone3", "execve", "execvp", "execv", "popen", "Process"],
        symbols: processNames + ["$s10Foundation7ProcessC*"],
        reason: "one door: environment, descriptors, limits and audit hold only if there is no other"),
    Power(
        name: "signal or wait for a process", owners: ["CSpawn"],
        c: ["kill", "killpg", "tgkill", "pidfd_send_signal", "pidfd_open", "waitpid", "waitid", "wait4", "ptrace"],
        symbols: ["kill", "killpg", "tgkill", "pidfd_send_signal", "waitpid", "waitid", "wait4", "ptrace"],
        reason: "a recycled number must never be signalled, so handles stay in one room"),
    Power(
        name: "use the network", owners: ["CDial"], c: networkNames, swift: ["getaddrinfo", "URLSession", "ServerBootstrap", "HTTPClient"],
        symbols: networkNames, reason: "no port is opened; what dials goes through Dial, so one place knows who may be reached"),
    Power(
        name: "load code", owners: ["CSSH2"], c: loaderNames, swift: loaderNames, symbols: loaderNames,
        reason: "a loaded name walks around every module fence; CSSH2 loads libssh2 by a constant name (ADR 9), and nothing else"),
    Power(
        name: "load code another way", owners: [], c: otherLoaderNames, swift: otherLoaderNames, symbols: otherLoaderNames,
        reason: "a loaded name walks around every module fence; the one that may be loaded needs no namespace and no version"),
    Power(
        name: "open or change files", owners: ["CFiles", "CSpawn", "CEventLoop", "CSecretIO"], c: fileNames, symbols: fileNames,
        reason: "owner, mode and links are checked in one room; the others open kernel files of their own power (CSecretIO: the terminal)"),
    Power(
        name: "make raw system calls", owners: ["CSpawn", "CFiles", "CEventLoop", "CKernelKeys", "CSecretMemory"], c: ["syscall"], symbols: ["syscall"],
        reason: "newer calls have no libc name, but a raw call can be any call"),
    Power(
        name: "change the environment", owners: ["CSpawn"], c: ["setenv", "putenv", "unsetenv", "clearenv"],
        symbols: ["setenv", "putenv", "unsetenv", "clearenv"],
        reason: "secrets are taken out of the environment once, before anything runs"),
    Power(
        name: "start threads", owners: [], c: ["pthread_create", "thrd_create"], swift: ["pthread_create"],
        symbols: ["pthread_create", "thrd_create", "swift_task_create*", "dispatch_async*"],
        reason: "one thread and one loop: no data race by construction, and a fork-safe process"),
    Power(
        name: "encrypt or derive keys", owners: ["CVaultCrypto"], c: cryptoNames, swift: cryptoNames, symbols: cryptoNames,
        reason: "ciphers stand in VaultCrypto's fence"),
    Power(
        name: "speak SSH", owners: ["CSSH2"], c: ["libssh2_*"], swift: ["libssh2_*"],
        reason: "libssh2 stands in SSHClient's fence, where it sees no socket and no file"),
    Power(
        name: "link libssh2", owners: [], symbols: ["libssh2_*"],
        reason: "it is loaded at first use: linked, every start would pay for it, and none would succeed without it (ADR 9)"),
    Power(
        name: "use a database", owners: [], c: ["sqlite3_*"], swift: ["sqlite3_*"], symbols: ["sqlite3_*"],
        reason: "VaultStore goes through GRDB; a raw handle would go around its transactions"),
    Power(
        name: "write formatted output", owners: [], c: outputNames, symbols: outputNames,
        reason: "stdout belongs to the protocol; a stray line breaks every client"),
]
