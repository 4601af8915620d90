import AuditLog
import PrivateFiles
import Settings

// Where the record goes: whether it can be written there, and whether what stands there is whole.
extension Doctor {
    func audit(_ setting: Setting, _ settings: Settings) -> Finding {
        switch setting {
        case .audit: auditFile(settings)
        case .auditDirectory: auditDirectory(settings)
        default: auditOption(setting, settings)
        }
    }

    private func auditFile(_ settings: Settings) -> Finding {
        let name = Setting.audit.name
        guard let text = surroundings.value(name) else { return Finding(.settings, name, .off, "off") }
        guard case .file(let path) = settings.audit else {
            return Finding(.settings, name, .warn, text, advice: "not used: \(Setting.auditDirectory.name) wins")
        }
        do throws(FileError) {
            guard let directory = try directoryIfThere(path.parent) else {
                return Finding(
                    .settings, name, .broken, path.text,
                    advice: "there is no such directory; make it first: mkdir -m 700 '\(path.parent.text)'")
            }
            try probe(directory)
            let health = try AuditHealth(of: path.name ?? "", in: directory)
            return Finding(.settings, name, health.state, path.text, advice: health.advice(path.text))
        } catch {
            return Finding(.settings, name, .broken, path.text, advice: error.explanation)
        }
    }

    private func auditDirectory(_ settings: Settings) -> Finding {
        let name = Setting.auditDirectory.name
        guard case .directory(let path) = settings.audit else { return Finding(.settings, name, .off, "off") }
        do throws(FileError) {
            guard let directory = try existing(path) else {
                return Finding(.settings, name, .ok, path.text, advice: "is made when the server starts")
            }
            try probe(directory)
            let health = try AuditHealth(ofDirectory: directory)
            return Finding(.settings, name, health.state, path.text, advice: health.advice(path.text))
        } catch {
            return Finding(.settings, name, .broken, path.text, advice: error.explanation)
        }
    }

    /// The directory, or nil when it is missing and can be made.
    private func existing(_ path: AbsolutePath) throws(FileError) -> Directory? {
        if let directory = try directoryIfThere(path) { return directory }
        // The nearest directory that is there is the one it will be made in.
        var above = path.parent
        while true {
            if let directory = try directoryIfThere(above) {
                try probe(directory)
                return nil
            }
            above = above.parent
        }
    }

    private func directoryIfThere(_ path: AbsolutePath) throws(FileError) -> Directory? {
        do throws(FileError) {
            return try Directory(at: path)
        } catch where error.isMissing {
            return nil
        }
    }

    /// Throws when no file can be made in a directory. Permission bits do not tell: a disk can be read-only.
    private func probe(_ directory: borrowing Directory) throws(FileError) {
        let random = try PrivateFiles.randomBytes(8).map { String($0, radix: 16) }.joined()
        let name = ".execkit-doctor-\(random)"
        _ = try directory.create(name).info
        try directory.remove(name)
    }

    private func auditOption(_ setting: Setting, _ settings: Settings) -> Finding {
        let finding =
            switch setting {
            case .auditSync:
                Finding(.settings, setting.name, .ok, settings.auditSync ? "each" : "none")
            case .auditMaximumBytes:
                number(setting, settings.auditMaximumBytes ?? 0, unit: "bytes", zero: "no limit")
            default:
                number(setting, settings.auditRetentionDays ?? 0, unit: "days", zero: "kept for ever")
            }
        let isForDirectory = setting != .auditSync
        let isUsed =
            switch settings.audit {
            case .off: false
            case .file: !isForDirectory
            case .directory: true
            }
        guard !isUsed else { return finding }
        let isSet = surroundings.value(setting.name) != nil
        let needed = isForDirectory ? Setting.auditDirectory.name : "\(Setting.audit.name) or \(Setting.auditDirectory.name)"
        return Finding(
            .settings, setting.name, isSet ? .warn : .off, finding.value, advice: isSet ? "no effect without \(needed)" : "")
    }
}
