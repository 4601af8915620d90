internal import KeeperProtocol
public import MCPServer

/// The tools that show names of a vault.
public struct VaultReadTools {
    private let ask: AskNames
    private let origin: String

    /// - Parameter origin: the directory where the server was started, absolute: which project file is in force.
    public init(origin: String, ask: @escaping AskNames) {
        self.origin = origin
        self.ask = ask
    }

    /// In the order of the list.
    public var tools: [Tool] {
        [
            StatusTool(ask: ask).tool, ProjectsTool(ask: ask).tool, SecretsTool(ask: ask, origin: origin).tool,
            CurrentProjectTool(ask: ask, origin: origin).tool,
        ]
    }
}

extension ToolContext {
    /// Ends the call with what was asked for, or with why there is none.
    func answer(_ result: Result<NamesAnswer, NamesFailure>, _ body: (NamesAnswer) -> Bool) {
        switch result {
        case .failure(let failure): fail(Shown.text(failure.text))
        case .success(.refused(let refusal)): fail(Shown.text(refusal.message))
        case .success(let answer):
            if !body(answer) { fail("The keeper of the vault answered something else than was asked. Call again.") }
        }
    }
}
