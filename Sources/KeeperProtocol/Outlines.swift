internal import JSON

/// A project and what it is divided into.
public struct ProjectOutline: Equatable, Sendable {
    /// 32 hexadecimal digits; it stays when the project is renamed.
    public var id: String
    public var name: String
    public var environments: [EnvironmentOutline]

    public init(id: String, name: String, environments: [EnvironmentOutline]) {
        self.id = id
        self.name = name
        self.environments = environments
    }
}

public struct EnvironmentOutline: Equatable, Sendable {
    public var name: String
    /// Paths of folders below the root.
    public var folders: [String]

    public init(name: String, folders: [String]) {
        self.name = name
        self.folders = folders
    }
}

/// The project file in force in a directory.
public struct CurrentProject: Equatable, Sendable {
    /// Where it was found, absolute. Nil: there is none above the directory.
    public var file: String?
    /// What is wrong with it, fit to be passed on. Nil: nothing.
    public var problem: String?
    /// The id that it names.
    public var projectID: String?
    /// The project's name in the vault. Nil: the vault does not know the id.
    public var projectName: String?
    /// The environment that it names.
    public var environment: String?

    public init(
        file: String? = nil, problem: String? = nil, projectID: String? = nil, projectName: String? = nil,
        environment: String? = nil
    ) {
        self.file = file
        self.problem = problem
        self.projectID = projectID
        self.projectName = projectName
        self.environment = environment
    }
}

extension ProjectOutline: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(id: try fields.text("id"), name: try fields.text("name"), environments: try fields.parts("environments"))
    }

    func write(to object: inout JSONObject) {
        object.set("id", id)
        object.set("name", name)
        object.set("environments", environments)
    }
}

extension EnvironmentOutline: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(name: try fields.text("name"), folders: try fields.texts("folders"))
    }

    func write(to object: inout JSONObject) {
        object.set("name", name)
        object.set("folders", folders)
    }
}

extension CurrentProject: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(
            file: try fields.textIfAny("file"), problem: try fields.textIfAny("problem"),
            projectID: try fields.textIfAny("projectID"), projectName: try fields.textIfAny("projectName"),
            environment: try fields.textIfAny("environment"))
    }

    func write(to object: inout JSONObject) {
        object.set("file", file)
        object.set("problem", problem)
        object.set("projectID", projectID)
        object.set("projectName", projectName)
        object.set("environment", environment)
    }
}
