// swift-tools-version: 6.2

import PackageDescription

// Every target is a room of docs/architecture.md. `Tests/BoundaryTests` compares this file, edge by edge, with
// its own table and holds each room to what it may never do, so a change here needs a row there, with a reason.

/// Settings of every Swift target: language mode 6, no unlabelled unsafe code, no warnings.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Settings of test targets. They use Foundation and plain pointers where a test needs them.
let testSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

/// A Swift room, the rooms it may import, and the products of other packages.
func room(_ name: String, uses: [String] = [], products: [Target.Dependency] = []) -> Target {
    .target(
        name: name,
        dependencies: uses.map { .target(name: $0) } + products,
        exclude: ["README.md"],
        swiftSettings: settings)
}

/// A C fence: the one place from which libc names of one power can be reached.
func fence(_ name: String, flags: [String] = []) -> Target {
    .target(
        name: name,
        exclude: ["README.md"],
        cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-fvisibility=hidden"] + flags)])
}

/// The suite of a room.
func tests(_ name: String, uses: [String], exclude: [String] = []) -> Target {
    .testTarget(
        name: name,
        dependencies: uses.map { .target(name: $0) },
        exclude: exclude,
        swiftSettings: testSettings)
}

let re2Fence = Target.target(
    name: "CRE2",
    dependencies: ["re2"],
    exclude: ["README.md"],
    cxxSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-std=c++17", "-fvisibility=hidden", "-fno-rtti"])],
    // The archive of RE2, not the shared object: the shipped program then needs none on the user's machine, and only the
    // archive exports the hooks that bound a search. For the same reason a release searches Sources/re2/archives first,
    // where the names of the shared C++ library and unwinder are linker scripts that lead to their archives; a debug
    // build shares the ones that the Swift runtime's shared objects load anyway.
    linkerSettings: [
        .linkedLibrary(":libre2.a"),
        .linkedLibrary(":libstdc++.a", .when(configuration: .release)),
        .unsafeFlags(["-L\(Context.packageDirectory)/Sources/re2/archives"], .when(configuration: .release)),
    ])

/// c-ares behind one C face: names without a thread. The archive, so that the user's machine needs none.
let dialFence = Target.target(
    name: "CDial",
    exclude: ["README.md"],
    cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-fvisibility=hidden"])],
    linkerSettings: [.linkedLibrary(":libcares.a")])

/// OpenSSL and Argon2 behind one C face. libcrypto is the shared one, so that the distribution's fixes reach it.
let vaultCryptoFence = Target.target(
    name: "CVaultCrypto",
    exclude: ["README.md"],
    cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-fvisibility=hidden"])],
    linkerSettings: [.linkedLibrary("crypto"), .linkedLibrary(":libargon2.a")])

/// Of programs that open values. Every symbol is bound at start: binding one later saves all registers on the stack, secrets
/// among them. A release has the C++ library and the unwinder within (see CRE2), half of whose symbols would be bound for
/// nothing.
let vaultLinking: [LinkerSetting] = [
    .unsafeFlags(["-Xlinker", "-z", "-Xlinker", "now"]),
    .unsafeFlags(["-L\(Context.packageDirectory)/Sources/re2/archives"], .when(configuration: .release)),
]

let package = Package(
    name: "execkit",
    products: [
        .executable(name: "execkit-mcp", targets: ["execkit-mcp"]),
        // For the nested package `Benchmarks` alone.
        .library(name: "Checkpoints", targets: ["Checkpoints"]),
        .library(name: "CommandPolicy", targets: ["CommandPolicy"]),
        .library(name: "Redaction", targets: ["Redaction"]),
        .library(name: "SecretMemory", targets: ["SecretMemory"]),
        .library(name: "ValueRedaction", targets: ["ValueRedaction"]),
        .executable(name: "execkit", targets: ["execkit"]),
        .executable(name: "execkit-keeper", targets: ["execkit-keeper"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        // Floor 0: fences
        // Optimised in a debug build too, where its loop would else be most of the time of the tests of Redaction.
        fence("CByteScan", flags: ["-O2"]),
        fence("CEventLoop"),
        fence("CFiles"),
        fence("CKernelKeys"),
        fence("CSecretIO"),
        fence("CSecretMemory"),
        fence("CSpawn"),
        // Not linked with libssh2, whose header alone it needs: it loads the library when it is first used.
        fence("CSSH2"),
        // Optimised in a debug build too, as CByteScan is.
        fence("CValueScan", flags: ["-O2"]),
        dialFence,
        vaultCryptoFence,
        re2Fence,
        .systemLibrary(name: "re2", path: "Sources/re2", providers: [.apt(["libre2-dev"])]),

        // Floor 1: pure values
        room("CommandPolicy", uses: ["JSON"]),
        room("ConfigText", uses: ["JSON"]),
        room("Digest"),
        room("JSON"),
        room("KeeperProtocol", uses: ["JSON"]),
        room("KnownHosts", uses: ["Digest"]),
        room("MCPProtocol", uses: ["JSON"]),
        room("OutputShaping"),
        room("SSHConfig", uses: ["KnownHosts"]),
        room("ToolSchema", uses: ["JSON"]),
        room("UseRule", uses: ["JSON"]),

        // Floor 2: one power each
        room("AuditLog", uses: ["Digest", "JSON", "PrivateFiles"]),
        room("Dial", uses: ["CDial", "EventLoop"]),
        room("EventLoop", uses: ["CEventLoop"]),
        room("LinearRegex", uses: ["CRE2"]),
        room("PrivateFiles", uses: ["CFiles"]),
        room("Redaction", uses: ["CByteScan"]),
        room("SSHClient", uses: [
            "CSSH2", "Dial", "Digest", "EventLoop", "KnownHosts", "PrivateFiles", "SecretIO", "SecretMemory",
        ]),
        room("SecretIO", uses: ["CSecretIO", "SecretMemory"]),
        room("SecretMemory", uses: ["CSecretMemory"]),
        room("SecretText", uses: ["SecretMemory"]),
        room("Settings", uses: ["PrivateFiles"]),
        room("Spawn", uses: ["CSpawn"]),
        room("ValueRedaction", uses: ["CValueScan", "SecretMemory"]),
        room("VaultCrypto", uses: ["CVaultCrypto", "SecretMemory"]),
        room("VaultStore", uses: ["Digest", "JSON", "PrivateFiles"], products: [.product(name: "GRDB", package: "GRDB.swift")]),

        // Floor 3: joins
        room("Checkpoints", uses: ["Digest"]),
        room("HelperRun", uses: ["SecretIO", "SecretMemory", "Spawn"]),
        room("KeeperClient", uses: ["EventLoop", "KeeperProtocol", "SecretIO", "SecretMemory", "Spawn"]),
        room("Keyring", uses: [
            "CKernelKeys", "HelperRun", "JSON", "PrivateFiles", "SecretIO", "SecretMemory", "Spawn",
        ]),
        room("ProjectFile", uses: ["ConfigText", "JSON", "PrivateFiles"]),
        room("SecretRun", uses: [
            "Digest", "EventLoop", "KeeperClient", "KeeperProtocol", "PrivateFiles", "SecretIO", "SecretMemory", "Sessions",
            "Spawn",
        ]),
        room("Sessions", uses: ["EventLoop", "Spawn"]),
        room("ValueCover", uses: ["Redaction", "SecretMemory", "ValueRedaction"]),
        room("SSHPlaces", uses: ["Digest", "EventLoop", "KnownHosts", "PrivateFiles", "SSHClient", "SSHConfig", "Sessions"]),
        room("SessionFiles", uses: ["Digest", "Sessions"]),
        room("StoreReferences", uses: ["HelperRun", "SecretIO", "SecretMemory"]),
        room("Vault", uses: ["PrivateFiles", "SecretMemory", "UseRule", "VaultCrypto", "VaultStore"]),

        // Floor 4: surfaces
        room("ClientSetup", uses: ["ConfigText", "JSON", "PrivateFiles"]),
        room("Doctor", uses: ["AuditLog", "CommandPolicy", "JSON", "PrivateFiles", "Settings", "Spawn"]),
        room("VaultHome", uses: ["Keyring", "PrivateFiles", "ProjectFile", "SecretMemory", "Spawn", "Vault", "VaultStore"]),
        room("VaultKeeper", uses: [
            "HelperRun", "KeeperProtocol", "Keyring", "PrivateFiles", "ProjectFile", "SecretIO", "SecretMemory",
            "StoreReferences", "UseRule", "Vault", "VaultCrypto", "VaultHome", "VaultStore",
        ]),
        room("MCPServer", uses: ["Digest", "EventLoop", "JSON", "MCPProtocol", "ToolSchema"]),
        room("CommandCalls", uses: [
            "AuditLog", "CommandPolicy", "Digest", "EventLoop", "JSON", "LinearRegex", "MCPProtocol", "MCPServer",
            "OutputShaping", "Redaction", "Sessions", "ToolSchema",
        ]),
        room("SessionTools", uses: [
            "AuditLog", "Checkpoints", "CommandCalls", "CommandPolicy", "EventLoop", "JSON", "LinearRegex", "MCPProtocol",
            "MCPServer", "OutputShaping", "Redaction", "SessionFiles", "Sessions", "Spawn", "ToolSchema",
        ]),
        room("ServerLogins", uses: [
            "EventLoop", "KnownHosts", "MCPServer", "SSHClient", "SSHPlaces", "SecretMemory", "SecretRunTools", "SessionTools",
        ]),
        room("SecretRunTools", uses: [
            "AuditLog", "CommandCalls", "CommandPolicy", "Digest", "EventLoop", "JSON", "KeeperClient", "KeeperProtocol", "LinearRegex",
            "MCPProtocol", "MCPServer", "OutputShaping", "Redaction", "SecretMemory", "SecretRun", "SessionTools", "Sessions", "Spawn",
            "ToolSchema",
        ]),
        room("VaultReadTools", uses: ["JSON", "KeeperProtocol", "MCPProtocol", "MCPServer", "OutputShaping", "ToolSchema"]),
        .executableTarget(
            name: "execkit-mcp",
            dependencies: [
                "AuditLog", "ClientSetup", "CommandCalls", "CommandPolicy", "Digest", "Doctor", "EventLoop", "JSON", "KeeperClient",
                "KeeperProtocol", "KnownHosts", "LinearRegex", "MCPProtocol", "MCPServer", "PrivateFiles", "SSHClient", "SSHPlaces",
                "SecretIO", "SecretMemory", "SecretRun", "SecretRunTools", "ServerLogins", "SessionTools", "Sessions", "Settings", "Spawn", "ValueCover", "ValueRedaction", "VaultReadTools",
            ],
            exclude: ["README.md"],
            swiftSettings: settings),

        .executableTarget(
            name: "execkit",
            dependencies: [
                "ConfigText", "HelperRun", "JSON", "Keyring", "PrivateFiles", "ProjectFile", "Redaction", "SecretIO", "SecretMemory",
                "SecretText", "Spawn", "StoreReferences", "UseRule", "Vault", "VaultCrypto", "VaultHome", "VaultStore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["README.md"],
            swiftSettings: settings,
            linkerSettings: vaultLinking),

        .executableTarget(
            name: "execkit-keeper",
            dependencies: [
                "EventLoop", "HelperRun", "KeeperProtocol", "Keyring", "SecretIO", "Spawn", "StoreReferences", "VaultHome",
                "VaultKeeper", "VaultStore",
            ],
            exclude: ["README.md"],
            swiftSettings: settings,
            linkerSettings: vaultLinking),

        // Suites
        tests("AuditLogTests", uses: ["AuditLog", "Digest", "JSON", "PrivateFiles"], exclude: ["Corpus", "verify_audit.py"]),
        tests("BoundaryTests", uses: [], exclude: ["Fixtures"]),
        tests("CheckpointsTests", uses: ["Checkpoints", "EventLoop", "Spawn"]),
        tests("ClientSetupTests", uses: ["ClientSetup", "ConfigText", "JSON", "PrivateFiles"], exclude: ["Schemas"]),
        tests("CommandPolicyTests", uses: ["CommandPolicy", "JSON", "LinearRegex"], exclude: ["Corpus"]),
        tests("ConfigTextTests", uses: ["ConfigText", "JSON"]),
        tests("DialTests", uses: ["Dial", "EventLoop"]),
        tests("DigestTests", uses: ["Digest"]),
        tests("DoctorTests", uses: ["AuditLog", "CommandPolicy", "Doctor", "JSON", "PrivateFiles", "Settings"]),
        tests("EventLoopTests", uses: ["EventLoop"]),
        tests("JSONTests", uses: ["JSON"]),
        tests("KeeperProtocolTests", uses: ["JSON", "KeeperProtocol"]),
        tests("KnownHostsTests", uses: ["Digest", "KnownHosts"]),
        tests("LinearRegexTests", uses: ["LinearRegex"]),
        tests("MCPProtocolTests", uses: ["JSON", "MCPProtocol"], exclude: ["Corpus", "Schemas"]),
        tests("MCPServerTests", uses: ["EventLoop", "JSON", "MCPProtocol", "MCPServer", "ToolSchema"]),
        tests("OutputShapingTests", uses: ["LinearRegex", "OutputShaping"]),
        tests("PrivateFilesTests", uses: ["PrivateFiles"]),
        tests("RedactionTests", uses: ["Redaction"], exclude: ["Corpus"]),
        tests("SecretMemoryTests", uses: ["SecretMemory"]),
        tests("SessionFilesTests", uses: ["EventLoop", "SessionFiles", "Sessions", "Spawn"]),
        tests("SessionToolsTests", uses: [
            "AuditLog", "CommandCalls", "CommandPolicy", "EventLoop", "JSON", "MCPServer", "PrivateFiles", "SessionTools", "Sessions",
            "Spawn",
        ]),
        tests("CommandCallsTests", uses: [
            "CommandCalls", "EventLoop", "JSON", "LinearRegex", "OutputShaping", "Redaction", "Sessions",
        ]),
        tests("SessionsTests", uses: [
            "EventLoop", "OutputShaping", "PrivateFiles", "Redaction", "SSHClient", "SSHPlaces", "SSHTestServer", "Sessions",
            "Spawn",
        ]),
        tests("KeeperClientTests", uses: [
            "EventLoop", "HelperRun", "KeeperClient", "KeeperProtocol", "SecretMemory", "Spawn", "StoreReferences",
        ]),
        tests("KeyringTests", uses: ["HelperRun", "Keyring", "PrivateFiles", "SecretIO", "SecretMemory", "Spawn"]),
        tests("ProjectFileTests", uses: ["ConfigText", "PrivateFiles", "ProjectFile"]),
        tests("SecretIOTests", uses: ["SecretIO", "SecretMemory"]),
        tests("SecretTextTests", uses: ["SecretMemory", "SecretText"]),
        tests("StoreReferencesTests", uses: ["SecretMemory", "Spawn", "StoreReferences"]),
        tests("SecretRunTests", uses: [
            "EventLoop", "KeeperClient", "KeeperProtocol", "Keyring", "PrivateFiles", "SecretMemory", "SecretRun", "Sessions", "Spawn",
            "UseRule", "ValueRedaction", "Vault", "VaultCrypto", "VaultStore", "execkit-keeper",
        ]),
        tests("SSHClientTests", uses: [
            "Dial", "Digest", "EventLoop", "KnownHosts", "PrivateFiles", "SSHClient", "SSHTestServer", "SecretMemory", "Spawn",
        ], exclude: ["paramiko_server.py"]),
        tests("SSHPlacesTests", uses: [
            "EventLoop", "KnownHosts", "PrivateFiles", "SSHClient", "SSHConfig", "SSHPlaces", "SSHTestServer", "SecretMemory",
            "Sessions", "Spawn",
        ]),
        // A real sshd on loopback, for the suites that need one; part of no product.
        .target(
            name: "SSHTestServer", dependencies: ["EventLoop", "PrivateFiles", "Spawn"], path: "Tests/SSHTestServer",
            swiftSettings: testSettings),
        tests("SSHConfigTests", uses: ["SSHConfig"]),
        tests("SettingsTests", uses: ["PrivateFiles", "Settings"]),
        tests("SpawnTests", uses: ["EventLoop", "Spawn", "spawn-probe"]),
        // A program whose own process can be split, made a subreaper and killed; part of no product.
        .executableTarget(
            name: "spawn-probe", dependencies: ["EventLoop", "Spawn"], path: "Tests/spawn-probe",
            swiftSettings: settings),
        tests("VaultReadToolsTests", uses: [
            "EventLoop", "JSON", "KeeperProtocol", "MCPProtocol", "MCPServer", "ToolSchema", "VaultReadTools",
        ]),
        tests("SecretRunToolsTests", uses: [
            "AuditLog", "CommandCalls", "CommandPolicy", "EventLoop", "JSON", "KeeperClient", "KeeperProtocol", "Keyring", "MCPProtocol",
            "MCPServer", "PrivateFiles", "SecretMemory", "SecretRun", "SecretRunTools", "SessionTools", "Sessions", "Spawn", "ToolSchema",
            "UseRule", "ValueCover", "Vault", "VaultCrypto", "VaultStore", "execkit-keeper",
        ]),
        tests("ValueRedactionTests", uses: ["SecretMemory", "ValueRedaction"]),
        tests("ValueCoverTests", uses: ["CommandCalls", "EventLoop", "Redaction", "SecretMemory", "Sessions", "Spawn", "ValueCover", "ValueRedaction"]),
        tests("VaultCryptoTests", uses: ["SecretMemory", "VaultCrypto"]),
        tests("VaultKeeperTests", uses: [
            "HelperRun", "KeeperProtocol", "Keyring", "PrivateFiles", "SecretMemory", "Spawn", "StoreReferences", "UseRule", "Vault",
            "VaultCrypto", "VaultHome", "VaultKeeper", "VaultStore",
        ]),
        tests("VaultStoreTests", uses: ["JSON", "PrivateFiles", "VaultStore"]),
        tests("VaultTests", uses: [
            "PrivateFiles", "SecretMemory", "UseRule", "Vault", "VaultCrypto", "VaultStore", "vault-writer",
        ], exclude: ["vault_twin.py"]),
        // Writes to a vault until it is killed; part of no product.
        .executableTarget(
            name: "vault-writer", dependencies: ["EventLoop", "PrivateFiles", "SecretMemory", "Vault", "VaultStore"],
            path: "Tests/vault-writer", swiftSettings: settings),
        tests("ToolSchemaTests", uses: ["JSON", "ToolSchema"]),
        tests("UseRuleTests", uses: ["JSON", "UseRule"]),
    ],
    cLanguageStandard: .gnu11,
    cxxLanguageStandard: .cxx17
)
