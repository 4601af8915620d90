import JSON
import Testing
import ToolSchema

private let input = Schema.object([
    .required("command", .string("What to run.", maximumLength: 10)),
    .optional("timeout", .integer("Seconds.", minimum: 1, maximum: 3600, default: 30)),
    .optional("ratio", .number(minimum: 0, maximum: 1)),
    .optional("background", .boolean(default: false)),
    .optional("mode", .choice(["fast", "slow"], default: "fast")),
    .optional("env", .map(of: .string())),
    .optional("files", .array(of: .string(), maximumCount: 3)),
    .optional("extra", .any()),
])

private func message(_ arguments: JSONObject) -> String? {
    do {
        _ = try ArgumentReader(arguments, schema: input)
        return nil
    } catch { return error.message }
}

@Suite("Tool schemas")
struct SchemaTests {
    @Test("A schema renders as plain JSON Schema")
    func rendering() {
        let expected: JSONObject = [
            "type": "object",
            "properties": [
                "command": ["type": "string", "description": "What to run.", "maxLength": 10],
                "timeout": ["type": "integer", "description": "Seconds.", "minimum": 1, "maximum": 3600, "default": 30],
                "ratio": ["type": "number", "minimum": 0, "maximum": 1],
                "background": ["type": "boolean", "default": false],
                "mode": ["type": "string", "enum": ["fast", "slow"], "default": "fast"],
                "env": ["type": "object", "additionalProperties": ["type": "string"]],
                "files": ["type": "array", "items": ["type": "string"], "maxItems": 3],
                "extra": [:],
            ],
            "required": ["command"], "additionalProperties": false,
        ]
        #expect(input.rendered == expected)
        #expect(Schema.object().rendered == ["type": "object", "additionalProperties": false])
        #expect(Schema.object([], additional: .allowed).rendered == ["type": "object"])
        #expect(Schema.integer().orNull.rendered == ["type": ["integer", "null"]])
        #expect(Schema.choice(["a"]).orNull.rendered == ["type": ["string", "null"], "enum": ["a", nil]])
    }

    @Test("Arguments and defaults are read by type")
    func reading() throws {
        let reader = try ArgumentReader(
            ["command": "ls", "timeout": 5.0, "ratio": 1, "env": ["B": "2", "A": "1"], "files": ["x"], "extra": [1]], schema: input)
        #expect(reader.requiredString("command") == "ls")
        #expect(reader.int("timeout") == 5)
        #expect(reader.double("ratio") == 1)
        #expect(reader.bool("background") == false)
        #expect(reader.string("mode") == "fast")
        #expect(reader.stringMap("env")?.map { $0.name + $0.value } == ["B2", "A1"])
        #expect(reader.strings("files") == ["x"])
        #expect(reader.value("extra") == [1])
        #expect(reader.has("files") && !reader.has("mode"))
        let bare = try ArgumentReader(["command": "ls", "timeout": nil, "files": nil], schema: input)
        #expect(bare.requiredInt("timeout") == 30)
        #expect(bare.strings("files") == nil)
    }

    @Test("A mismatch names the argument, what was expected and what came, never the value", arguments: [
        ([:], "argument \"command\" is missing: expected a string of at most 10 characters"),
        (["command": 7], "argument \"command\": expected a string of at most 10 characters, got an integer"),
        (["command": nil], "argument \"command\": expected a string of at most 10 characters, got null"),
        (["command": "private secret"], "argument \"command\": expected a string of at most 10 characters, got a longer one"),
        (["command": "a", "timeout": "30"], "argument \"timeout\": expected an integer from 1 to 3600, got a string"),
        (["command": "a", "timeout": 1.5], "argument \"timeout\": expected an integer from 1 to 3600, got a number"),
        (["command": "a", "timeout": 0], "argument \"timeout\": expected an integer from 1 to 3600, got a number outside that range"),
        (["command": "a", "ratio": 2], "argument \"ratio\": expected a number from 0.0 to 1.0, got a number outside that range"),
        (["command": "a", "background": "yes"], "argument \"background\": expected a boolean, got a string"),
        (["command": "a", "mode": "private"], "argument \"mode\": expected one of \"fast\", \"slow\", got another string"),
        (["command": "a", "env": ["X": "1", "Y": 2]], "argument \"env.Y\": expected a string, got an integer"),
        (["command": "a", "env": []], "argument \"env\": expected an object, got an array"),
        (["command": "a", "files": ["x", true]], "argument \"files[1]\": expected a string, got a boolean"),
        (["command": "a", "files": ["1", "2", "3", "4"]], "argument \"files\": expected an array of at most 3 elements, got a longer one"),
        (["comand": "a"], "unknown argument \"comand\"; did you mean \"command\"? (known: command, timeout, ratio, background, mode, env, files, extra)"),
        (["command": "a", "x\ny": 1], "unknown argument \"x\u{FFFD}y\" (known: command, timeout, ratio, background, mode, env, files, extra)"),
    ] as [(JSONObject, String)])
    func mismatches(arguments: JSONObject, expected: String) {
        #expect(message(arguments) == expected)
    }

    @Test("Output is checked strictly")
    func output() {
        let schema = Schema.object([
            .required("code", .integer().orNull), .optional("text", .string()),
        ], additional: .allowed)
        #expect(schema.mismatch(of: ["code": nil, "more": 1]) == nil)
        #expect(schema.mismatch(of: ["code": 1, "text": "t"]) == nil)
        #expect(schema.mismatch(of: ["code": 1, "text": nil])?.place == "text")
        #expect(schema.mismatch(of: [:])?.reason == .missing)
        #expect(schema.mismatch(of: [])?.reason == .wrongType(found: "array"))
        #expect(Schema.integer().mismatch(of: .number(JSONNumber(UInt64.max)))?.reason == .outOfRange)
        #expect(Schema.number().mismatch(of: 5) == nil)
        #expect(Schema.string(maximumLength: 2).mismatch(of: "éé") == nil)
    }

    @Test("A very long unknown name is cut")
    func longName() throws {
        let name = String(repeating: "n", count: 100_000)
        let cut = try #require(message(JSONObject([("command", "a"), (name, 1)] as [(String, JSONValue)])))
        #expect(cut.utf8.count < 300)
    }
}
