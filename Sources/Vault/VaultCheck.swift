internal import SecretMemory
public import VaultStore

/// What a check of a vault found.
public struct VaultReport: Equatable, Sendable {
    /// Findings of SQLite in the pages.
    public var damagedPages = 0
    /// Rows that refer to nothing.
    public var brokenReferences = 0
    /// The first row of the action log that does not follow from the one before; nil when all do.
    public var brokenAction: Int?
    /// Frames opened; nil when the vault was locked, so that none could be.
    public var frames: Int?
    /// Versions whose frame did not open at its place.
    public var failures: [Failure] = []
    /// Secrets whose attributes, or the choice of their current version, are not what was written.
    public var changedAttributes: [SecretPlace] = []
    /// Ids of projects whose key did not open.
    public var failedProjects: [String] = []

    public struct Failure: Hashable, Sendable {
        public let place: SecretPlace
        public let version: Int
    }

    public var isSound: Bool {
        damagedPages == 0 && brokenReferences == 0 && brokenAction == nil && failures.isEmpty && failedProjects.isEmpty
            && changedAttributes.isEmpty
    }
}

extension LockedVault {
    /// Checks pages, references and the chain of the action log.
    public func check() throws(VaultError) -> VaultReport {
        try stored { () throws(VaultStoreError) in
            var report = VaultReport()
            (report.damagedPages, report.brokenReferences) = try store.damage()
            // Rows of damaged pages are not worth following.
            guard report.damagedPages == 0 else { return report }
            report.brokenAction = try store.firstBrokenAction()
            return report
        }
    }
}

extension UnlockedVault {
    /// Checks what a locked vault can, every secret's attributes, and opens every frame of every version.
    public borrowing func check() throws(VaultError) -> VaultReport {
        var report = try locked.check()
        guard report.damagedPages == 0 else { return report }
        var count = 0
        let store = store
        for project in try stored({ () throws(VaultStoreError) in try store.projects() }) {
            guard let key = try? key(project) else {
                report.failedProjects.append(project.id)
                continue
            }
            for (secret, versions) in try stored({ () throws(VaultStoreError) in try store.frames(of: project.id) }) {
                if (try? verify(secret, key)) == nil { report.changedAttributes.append(secret.place) }
                for version in versions {
                    count += 1
                    if (try? key.open(version.frame, binding(secret.place, version.version)))?.count == nil {
                        report.failures.append(.init(place: secret.place, version: version.version))
                    }
                }
            }
        }
        report.frames = count
        return report
    }
}
