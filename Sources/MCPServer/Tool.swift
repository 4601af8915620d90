public import JSON
public import MCPProtocol
public import ToolSchema

/// A tool: what clients see of it, the schemas its arguments and results follow, and what it does.
public struct Tool {
    public let description: ToolDescription
    let input: Schema
    let run: (ToolContext) -> Void

    /// - Parameters:
    ///   - run: called once for each call whose arguments follow `input`; it, or what it starts, calls
    ///     `ToolContext.finish` once.
    public init(
        name: String, title: String, description: String, input: Schema, output: Schema, annotations: ToolAnnotations,
        meta: JSONObject? = nil, run: @escaping (ToolContext) -> Void
    ) {
        self.description = ToolDescription(
            name: name, title: title, description: description, inputSchema: input.rendered,
            outputSchema: output.rendered, annotations: annotations, meta: meta)
        self.input = input
        self.run = run
    }
}
