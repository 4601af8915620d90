import JSON

/// The body of an answer.
enum Answer {
    case result(JSONObject)
    case error(RPCError)
}

/// Answers to a batch, collected until all are there.
struct Batch {
    /// Requests without an answer, plus one while the batch is being read.
    var open = 1
    /// The answers so far, separated by commas.
    var bytes: [UInt8] = []
}

extension MCPConnection {
    /// Sends an answer, or puts it into the batch of its request.
    /// - Parameters:
    ///   - id: nil when the error cannot be tied to a request; the member is then left out, since the newer schemas
    ///     forbid null there.
    ///   - instead: what is said when the answer is too large for a line; it must be short.
    mutating func answer(
        _ answer: Answer, id: RequestID?, batch: Int?,
        instead: @autoclosure () -> Answer = .error(.internal("the answer is too large to be sent"))
    ) -> [ConnectionAction] {
        var bytes = Self.envelope(answer, id: id).serialized()
        if bytes.count + (batch.flatMap { batches[$0]?.bytes.count } ?? 0) > limits.answerBytes {
            bytes = Self.envelope(instead(), id: id).serialized()
        }
        guard let batch else {
            bytes.append(0x0A)
            return [.send(bytes)]
        }
        if batches[batch]?.bytes.isEmpty == false { batches[batch]?.bytes.append(0x2C) }
        batches[batch]?.bytes += bytes
        return id == nil ? [] : settle(batch)
    }

    /// Counts one message of a batch as done and sends the batch when it was the last.
    mutating func settle(_ number: Int?) -> [ConnectionAction] {
        guard let number else { return [] }
        batches[number]?.open -= 1
        guard let batch = batches[number], batch.open == 0 else { return [] }
        batches[number] = nil
        return batch.bytes.isEmpty ? [] : [.send([0x5B] + batch.bytes + [0x5D, 0x0A])]
    }

    /// Takes a batch, which only revision 2025-03-26 has.
    mutating func receiveBatch(_ elements: [JSONValue], size: Int) -> [ConnectionAction] {
        guard session?.revision.hasBatches == true else {
            return [Self.line(.error(.invalidRequest("batches belong to protocol version 2025-03-26 only")), id: nil)]
        }
        guard !elements.isEmpty, elements.count <= limits.batchMessages else {
            let rule = "a batch has 1 to \(limits.batchMessages) messages"
            return [Self.line(.error(.invalidRequest(rule)), id: nil)]
        }
        let number = Int(nextNumber())
        batches[number] = Batch()
        var actions: [ConnectionAction] = []
        for element in elements { actions += handle(element, size: size / elements.count, batch: number) }
        return actions + settle(number)
    }

    /// The result with what every result of the revision carries.
    func complete(_ result: JSONObject, for revision: Revision, type: String = "complete") -> JSONObject {
        guard revision.isModern else { return result }
        var out: JSONObject = ["resultType": .string(type)]
        for member in result { out[member.key] = member.value }
        var meta = result["_meta"]?.object ?? JSONObject()
        meta[RequestContext.serverInfoKey] = server.implementation(for: revision)
        out["_meta"] = .object(meta)
        return out
    }

    static func line(_ answer: Answer, id: RequestID?) -> ConnectionAction { line(envelope(answer, id: id)) }

    static func line(_ message: JSONObject) -> ConnectionAction {
        var bytes = message.serialized()
        bytes.append(0x0A)
        return .send(bytes)
    }

    static func notification(_ method: String, _ params: JSONObject? = nil) -> ConnectionAction {
        var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
        if let params { message["params"] = .object(params) }
        return line(message)
    }

    private static func envelope(_ answer: Answer, id: RequestID?) -> JSONObject {
        var message: JSONObject = ["jsonrpc": "2.0"]
        if let id { message["id"] = id.json }
        switch answer {
        case .result(let result): message["result"] = .object(result)
        case .error(let error): message["error"] = error.json
        }
        return message
    }
}
