// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that what only measures never enters the product's graph.
let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "execkit", path: "..")],
    targets: [
        .executableTarget(
            name: "bench-rooms",
            dependencies: [
                .product(name: "CommandPolicy", package: "execkit"),
                .product(name: "Redaction", package: "execkit"),
                .product(name: "SecretMemory", package: "execkit"),
                .product(name: "ValueRedaction", package: "execkit"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "bench-checkpoints",
            dependencies: [.product(name: "Checkpoints", package: "execkit")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
    ]
)
