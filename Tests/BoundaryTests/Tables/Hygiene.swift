/// Text that may not be committed. Written in pieces, so that this file does not offend its own rule.
struct BannedText {
    let text: String
    /// Also in Sources and Tests, where examples of paths and hosts are data.
    let inCode: Bool
    let reason: String
}

let bannedTexts: [BannedText] = [
    BannedText(text: "/wor" + "k/", inCode: true, reason: "a path of the machine it was written on"),
    BannedText(text: "/roo" + "t/", inCode: false, reason: "a path of the machine it was written on"),
    BannedText(text: "registry.npm" + "js.org", inCode: false, reason: "package sources are the reader's own choice"),
    BannedText(text: "files.python" + "hosted.org", inCode: false, reason: "package sources are the reader's own choice"),
    BannedText(text: "py" + "pi.org/simple", inCode: false, reason: "package sources are the reader's own choice"),
    BannedText(text: "deb.deb" + "ian.org", inCode: false, reason: "package sources are the reader's own choice"),
    BannedText(text: "cra" + "tes.io", inCode: false, reason: "package sources are the reader's own choice"),
    BannedText(text: "proxy.gol" + "ang.org", inCode: false, reason: "package sources are the reader's own choice"),
    BannedText(text: "--index" + "-url", inCode: false, reason: "package sources are the reader's own choice"),
    BannedText(text: "--trusted" + "-host", inCode: false, reason: "package sources are the reader's own choice"),
]

/// Files that must exist at the root.
let requiredFiles: [String: String] = [
    "CHANGELOG.md": "users read there what changes for them",
    "LICENSE": "nobody may use what has none",
    "Package.swift": "the manifest",
]
