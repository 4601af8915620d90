public import JSON

extension Schema {
    /// Whether a value conforms, strictly: the check a client makes of structured output.
    /// - Returns: the first departure, or nil when there is none.
    public func mismatch(of value: JSONValue) -> SchemaMismatch? {
        mismatch(of: value, at: [], nullIsAbsent: false)
    }

    /// As `mismatch(of:)`, but a null member that is not required counts as left out.
    func argumentMismatch(of value: JSONValue) -> SchemaMismatch? {
        mismatch(of: value, at: [], nullIsAbsent: true)
    }

    /// The recursion follows the schema, not the value, so its depth is ours.
    private func mismatch(of value: JSONValue, at path: [SchemaMismatch.Step], nullIsAbsent: Bool) -> SchemaMismatch? {
        if isNullable, value.isNull { return nil }
        func wrong(_ reason: SchemaMismatch.Reason) -> SchemaMismatch {
            SchemaMismatch(path: path, reason: reason, expected: expectation)
        }
        switch (kind, value) {
        case (.any, _), (.boolean, .bool): return nil
        case (.string(let choices, let maximumLength), .string(let text)):
            if !choices.isEmpty, !choices.contains(where: { JSONValue.string($0) == value }) { return wrong(.notAChoice) }
            // A scalar takes at most four bytes, so most texts need no count.
            if let maximumLength, text.utf8.count > maximumLength, text.unicodeScalars.count > maximumLength {
                return wrong(.tooLong)
            }
            return nil
        case (.integer(let minimum, let maximum), .number(let number)):
            guard number.isIntegral else { return wrong(.wrongType(found: "number")) }
            guard let int = number.int, int >= minimum ?? .min, int <= maximum ?? .max else { return wrong(.outOfRange) }
            return nil
        case (.number(let minimum, let maximum), .number(let number)):
            guard let double = number.double, double >= minimum ?? -.infinity, double <= maximum ?? .infinity else {
                return wrong(.outOfRange)
            }
            return nil
        case (.array(let element, let maximumCount), .array(let values)):
            if let maximumCount, values.count > maximumCount { return wrong(.tooLong) }
            for (index, value) in values.enumerated() {
                let place = path + [.element(index)]
                if let found = element.mismatch(of: value, at: place, nullIsAbsent: nullIsAbsent) { return found }
            }
            return nil
        case (.object(let properties, let additional), .object(let object)):
            return Self.mismatch(
                of: object, properties: properties, additional: additional, at: path, nullIsAbsent: nullIsAbsent)
        default: return wrong(.wrongType(found: value.typeName))
        }
    }

    private static func mismatch(
        of object: JSONObject, properties: [Property], additional: Additional, at path: [SchemaMismatch.Step],
        nullIsAbsent: Bool
    ) -> SchemaMismatch? {
        // Unknown members first: a misspelt required one is better reported as misspelt than as missing.
        let known = Set(properties.map(\.name))
        for member in object where !known.contains(member.key) {
            switch additional {
            case .allowed: break
            case .values(let schema):
                let place = path + [.member(member.key)]
                if let found = schema.mismatch(of: member.value, at: place, nullIsAbsent: nullIsAbsent) { return found }
            case .refused:
                let names = properties.map(\.name)
                let reason = SchemaMismatch.Reason.unknownMember(nearest: nearest(to: member.key, among: names), known: names)
                return SchemaMismatch(path: path + [.member(member.key)], reason: reason, expected: "no such member")
            }
        }
        for property in properties {
            let place = path + [.member(property.name)]
            guard let value = object[property.name] else {
                guard property.isRequired else { continue }
                return SchemaMismatch(path: place, reason: .missing, expected: property.schema.expectation)
            }
            if nullIsAbsent, value.isNull, !property.isRequired { continue }
            if let found = property.schema.mismatch(of: value, at: place, nullIsAbsent: nullIsAbsent) { return found }
        }
        return nil
    }

    /// What the schema takes, in words.
    var expectation: String {
        let plain: String
        switch kind {
        case .any: plain = "any value"
        case .boolean: plain = "a boolean"
        case .string(let choices, let maximumLength):
            if !choices.isEmpty {
                plain = "one of " + choices.map { "\"\($0)\"" }.joined(separator: ", ")
            } else {
                plain = "a string" + (maximumLength.map { " of at most \($0) characters" } ?? "")
            }
        case .integer(let minimum, let maximum):
            plain = "an integer" + Self.range(minimum.map { "\($0)" }, maximum.map { "\($0)" })
        case .number(let minimum, let maximum):
            plain = "a number" + Self.range(minimum.map { "\($0)" }, maximum.map { "\($0)" })
        case .array(_, let maximumCount): plain = "an array" + (maximumCount.map { " of at most \($0) elements" } ?? "")
        case .object: plain = "an object"
        }
        return isNullable ? plain + " or null" : plain
    }

    private static func range(_ minimum: String?, _ maximum: String?) -> String {
        switch (minimum, maximum) {
        case (let low?, let high?): " from \(low) to \(high)"
        case (let low?, nil): " of at least \(low)"
        case (nil, let high?): " of at most \(high)"
        case (nil, nil): ""
        }
    }

    /// The name that was probably meant: the one with the fewest changed letters, if that is at most a third of them.
    static func nearest(to name: String, among names: [String]) -> String? {
        let wanted = Array(name.lowercased().utf8)
        guard wanted.count <= 64 else { return nil }
        let ranked = names.map { ($0, distance(wanted, Array($0.lowercased().utf8))) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(1, best.0.utf8.count / 3) else { return nil }
        return best.0
    }

    /// Levenshtein distance.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (left == right ? 0 : 1))
                diagonal = above
            }
        }
        return row[b.count]
    }
}
