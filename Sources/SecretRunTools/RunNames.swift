import KeeperClient
import KeeperProtocol

/// Finds the secrets that a command mentions: asks the keeper for names, and for nothing else.
struct RunNames {
    let keeper: KeeperClient
    let wish: RunWish
    let origin: String

    /// Why there are none, as text for the agent.
    struct Fault: Error {
        let text: String
    }

    /// What was found.
    struct Found {
        let keys: [String]
        /// Whether one of them has a rule of the person, so that they may be asked.
        let hasRule: Bool
    }

    func find(_ then: @escaping (Result<Found, Fault>) -> Void) {
        let query = SecretsQuery(project: wish.project, environment: wish.environment, folder: wish.folder ?? "", origin: origin)
        keeper.ask(.secrets(query)) { result in
            switch result {
            case .failure(let failure): then(.failure(Fault(text: failure.explanation)))
            case .success(.refused(let refusal)): then(.failure(Fault(text: refusal.message)))
            case .success(.secrets(let list)): mentioned(list, then)
            case .success: then(.failure(Fault(text: KeeperFailure.nonsense.explanation)))
            }
        }
    }

    private func mentioned(_ list: SecretList, _ then: @escaping (Result<Found, Fault>) -> Void) {
        guard !list.isTruncated else {
            return then(.failure(Fault(
                text: "secrets: give the names; this place has more than \(SecretList.most), and not all were looked through.")))
        }
        let environments = Set(list.secrets.map(\.environment))
        guard wish.environment == nil, environments.count > 1 else { return then(choose(list.secrets, of: list)) }
        // Only the names of the environment that will be used: the default of the project file, if it is of this project.
        keeper.ask(.current(directory: origin)) { result in
            guard case .success(.current(let current)) = result, current.projectID == list.projectID,
                let environment = current.environment
            else { return then(choose(list.secrets, of: list)) }
            then(choose(list.secrets.filter { $0.environment == environment }, of: list))
        }
    }

    private func choose(_ secrets: [ListedSecret], of list: SecretList) -> Result<Found, Fault> {
        var known: Set<String> = []
        let keys = secrets.map(\.key).filter { known.insert($0).inserted }
        let mentioned = MentionedNames.of(keys, in: wish.arguments)
        guard mentioned.count <= OpenRequest.mostKeys else {
            return .failure(Fault(text: "secrets: the command mentions more than \(OpenRequest.mostKeys) secrets. Give the names that it needs."))
        }
        guard !mentioned.isEmpty else {
            return .failure(Fault(
                text: "Nothing was run: the command mentions no secret of \(list.projectName) there (\(keys.count) names). Write "
                    + "$NAME inside `sh -c`, such as [\"sh\", \"-c\", \"curl -H \\\"Authorization: Bearer $API_TOKEN\\\" ...\"], or "
                    + "name them in `secrets`; list-secrets shows the names. `secrets: []` runs it without any."))
        }
        let chosen = Set(mentioned)
        return .success(Found(keys: mentioned, hasRule: secrets.contains { $0.hasRule && chosen.contains($0.key) }))
    }
}
