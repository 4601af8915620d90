import JSON
import ToolSchema

/// Where secrets of the vault stand, as the agent asked; what is nil is said by execkit.toml.
package struct SecretPlace {
    package let project: String?
    package let environment: String?
    package let folder: String?

    static let field: Schema.Property = .optional("secrets_from", Schema.object([
        .optional("projectId", Schema.string().orNull), .optional("environment", Schema.string().orNull),
        .optional("folder", Schema.string().orNull),
    ], "where named secrets stand, unless execkit.toml says it").orNull)

    init(_ arguments: ArgumentReader) {
        let place = arguments.object("secrets_from")
        project = place?["projectId"]?.string
        environment = place?["environment"]?.string
        folder = place?["folder"]?.string
    }
}
