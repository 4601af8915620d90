public import JSON

/// Hints about what a tool does. Clients may show them and must not trust them.
public struct ToolAnnotations: Sendable {
    /// The tool changes nothing.
    public var readOnly: Bool
    /// The tool may destroy something.
    public var destructive: Bool
    /// Calling it again with the same arguments changes nothing more.
    public var idempotent: Bool
    /// The tool reaches things outside the server's own small world.
    public var openWorld: Bool

    public init(readOnly: Bool, destructive: Bool, idempotent: Bool, openWorld: Bool) {
        self.readOnly = readOnly
        self.destructive = destructive
        self.idempotent = idempotent
        self.openWorld = openWorld
    }
}

/// A tool as clients see it.
public struct ToolDescription: Sendable {
    /// 1 to 128 characters of `A-Za-z0-9_-.`.
    public var name: String
    /// The name for people.
    public var title: String
    /// What it does, for the model.
    public var description: String
    /// JSON Schema with the root type object.
    public var inputSchema: JSONObject
    /// JSON Schema with the root type object, to which every structured result without an error conforms.
    public var outputSchema: JSONObject?
    public var annotations: ToolAnnotations
    /// `_meta`: hints for particular clients.
    public var meta: JSONObject?

    public init(
        name: String, title: String, description: String, inputSchema: JSONObject, outputSchema: JSONObject? = nil,
        annotations: ToolAnnotations, meta: JSONObject? = nil
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.annotations = annotations
        self.meta = meta
    }

    /// The tool with the fields that a revision knows.
    func json(for revision: Revision) -> JSONValue {
        var out: JSONObject = ["name": .string(name)]
        if revision.hasStructuredContent { out["title"] = .string(title) }
        out["description"] = .string(description)
        out["inputSchema"] = .object(inputSchema)
        if revision.hasStructuredContent, let outputSchema { out["outputSchema"] = .object(outputSchema) }
        if revision.hasAnnotations {
            out["annotations"] = [
                "title": .string(title), "readOnlyHint": .bool(annotations.readOnly),
                "destructiveHint": .bool(annotations.destructive), "idempotentHint": .bool(annotations.idempotent),
                "openWorldHint": .bool(annotations.openWorld),
            ]
        }
        if revision.hasStructuredContent, let meta { out["_meta"] = .object(meta) }
        return .object(out)
    }
}

/// What a server says about itself. Everything in it goes to clients.
public struct ServerDescription: Sendable {
    /// How long and for whom a client may keep a list, in the revisions that say so.
    public struct Caching: Sendable {
        /// Milliseconds, 0 or more.
        public var milliseconds: Int
        /// Whether the answer is the same for every user.
        public var isPublic: Bool

        public init(milliseconds: Int, isPublic: Bool) {
            self.milliseconds = milliseconds
            self.isPublic = isPublic
        }
    }

    public var name: String
    public var title: String
    public var version: String
    /// One sentence about the program.
    public var description: String?
    /// Where to read about it.
    public var websiteURL: String?
    /// How to use the server, for the model.
    public var instructions: String?
    /// The tools in the order of the list.
    public var tools: [ToolDescription]
    /// Whether `MCPConnection.changeTools` will ever be called.
    public var toolsCanChange: Bool
    /// Whether `MCPConnection.log` will ever be called.
    public var sendsLogs: Bool
    public var caching: Caching

    public init(
        name: String, title: String, version: String, description: String? = nil, websiteURL: String? = nil,
        instructions: String? = nil, tools: [ToolDescription], toolsCanChange: Bool = false, sendsLogs: Bool = true,
        caching: Caching = Caching(milliseconds: 0, isPublic: false)
    ) {
        self.name = name
        self.title = title
        self.version = version
        self.description = description
        self.websiteURL = websiteURL
        self.instructions = instructions
        self.tools = tools
        self.toolsCanChange = toolsCanChange
        self.sendsLogs = sendsLogs
        self.caching = caching
    }

    /// `Implementation` with the fields that a revision knows.
    func implementation(for revision: Revision) -> JSONValue {
        var out: JSONObject = ["name": .string(name)]
        if revision.hasStructuredContent { out["title"] = .string(title) }
        out["version"] = .string(version)
        if revision.hasImplementationDetails {
            if let description { out["description"] = .string(description) }
            if let websiteURL { out["websiteUrl"] = .string(websiteURL) }
        }
        return .object(out)
    }

    /// Exactly what is served: tools, and logging if the program logs.
    var capabilities: JSONValue {
        var out: JSONObject = ["tools": toolsCanChange ? ["listChanged": true] : [:]]
        if sendsLogs { out["logging"] = [:] }
        return .object(out)
    }
}
