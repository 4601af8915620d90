public import JSON

/// New JSON text in the style of the text it goes into.
public enum JSONText {
    /// A whole document: two blanks a step, a line end at the end.
    public static func document(_ value: JSONValue) -> [UInt8] {
        render(value, indent: [], Layout(of: [])) + [0x0A]
    }

    /// `value` under the keys of `path`.
    static func nested(_ path: ArraySlice<String>, _ value: JSONValue) -> JSONValue {
        path.reversed().reduce(value) { inner, key in .object(JSONObject([(key, inner)])) }
    }

    /// A member without what stands around it.
    static func member(_ key: String, _ value: JSONValue, indent: [UInt8]?, _ layout: Layout) -> [UInt8] {
        JSONValue.string(key).serialized() + [0x3A, 0x20] + render(value, indent: indent, layout)
    }

    /// - Parameter indent: the indentation of the line the value begins on; nil to write it on that line.
    static func render(_ value: JSONValue, indent: [UInt8]?, _ layout: Layout) -> [UInt8] {
        switch value {
        case .object(let object) where !object.isEmpty:
            let inner = indent.map { $0 + layout.unit }
            return enclosed(0x7B, 0x7D, object.members.map { member($0.key, $0.value, indent: inner, layout) }, indent, layout)
        case .array(let elements) where elements.contains { $0.object != nil || $0.array != nil }:
            let inner = indent.map { $0 + layout.unit }
            return enclosed(0x5B, 0x5D, elements.map { render($0, indent: inner, layout) }, indent, layout)
        case .array(let elements):
            return enclosed(0x5B, 0x5D, elements.map { $0.serialized() }, nil, layout)
        default:
            return value.serialized()
        }
    }

    private static func enclosed(
        _ open: UInt8, _ close: UInt8, _ parts: [[UInt8]], _ indent: [UInt8]?, _ layout: Layout
    ) -> [UInt8] {
        guard let indent else { return [open] + parts.joined(separator: [0x2C, 0x20]) + [close] }
        let lineStart = layout.lineEnd + indent + layout.unit
        return [open] + lineStart + parts.joined(separator: [0x2C] + lineStart) + layout.lineEnd + indent + [close]
    }
}
