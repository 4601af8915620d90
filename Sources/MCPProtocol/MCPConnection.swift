import JSON

/// The server's end of one MCP connection on a line transport, as a value: lines go in, actions come out.
///
/// It serves every handshake revision and the revisions without a handshake side by side, choosing for each request. It
/// holds every rule about who may be answered when: each request is answered exactly once, or never when it was
/// cancelled; nothing follows an answer. It knows no tool, no descriptor and no clock.
///
/// A program feeds it with `receive`, carries out the actions in order, and tells it what became of calls.
public struct MCPConnection {
    var server: ServerDescription
    let sealer: StateSealer
    let limits: ConnectionLimits
    /// What the handshake agreed on, once there was one.
    var session: LegacySession?

    var calls: [CallHandle: CallInFlight] = [:]
    /// Requests in flight by their ids.
    var handles: [RequestID: CallHandle] = [:]
    var bytesInFlight = 0
    /// Open subscriptions in the order they came, each with whether it wants changes of the tool list.
    var subscriptions: [(id: RequestID, wantsTools: Bool)] = []
    /// Questions sent to the client as requests of ours.
    var questions: [RequestID: (handle: CallHandle, key: String)] = [:]
    var batches: [Int: Batch] = [:]
    var lastNumber: UInt64 = 0

    /// A connection on which nothing has been said.
    public init(server: ServerDescription, sealer: StateSealer, limits: ConnectionLimits = ConnectionLimits()) {
        self.server = server
        self.sealer = sealer
        self.limits = limits
    }

    /// How many calls are in flight.
    public var callsInFlight: Int { calls.count }

    /// Takes a line of a `LineSlicer`.
    public mutating func receive(_ line: LineSlicer.Line) -> [ConnectionAction] {
        switch line {
        case .message(let bytes): receive(bytes)
        case .overlong(let line):
            line.isNotification
                ? [] : [Self.line(.error(.invalidRequest("the message is too long")), id: line.id)]
        }
    }

    /// Takes one line without its ending.
    public mutating func receive(_ line: [UInt8]) -> [ConnectionAction] {
        let value: JSONValue
        do {
            value = try JSONParser.parse(line, limits: limits.json)
        } catch {
            return refuse(line, error)
        }
        if case .array(let elements) = value { return receiveBatch(elements, size: line.count) }
        return handle(value, size: line.count, batch: nil)
    }

    /// A line that was not read. If only a limit was broken, its id may still be found.
    private func refuse(_ line: [UInt8], _ error: JSONError) -> [ConnectionAction] {
        guard error.isLimit else { return [Self.line(.error(.parse("not valid JSON: \(error)")), id: nil)] }
        var scanner = EnvelopeScanner()
        scanner.feed(line)
        if scanner.isNotification { return [] }
        return [Self.line(.error(.invalidRequest("the message breaks a limit: \(error)")), id: scanner.id)]
    }

    /// Takes one message, alone or out of a batch.
    mutating func handle(_ value: JSONValue, size: Int, batch: Int?) -> [ConnectionAction] {
        switch IncomingMessage(value, size: size) {
        case .ignored: return []
        case .refused(let error, let id):
            if let batch, id != nil { batches[batch]?.open += 1 }
            return answer(.error(error), id: id, batch: batch)
        case .notification(let method, let params): return notified(method, params)
        case .response(let id, let result): return answered(id, result)
        case .request(var request):
            if let batch {
                request.batch = batch
                batches[batch]?.open += 1
            }
            return dispatch(request)
        }
    }

    private mutating func notified(_ method: String, _ params: JSONValue?) -> [ConnectionAction] {
        guard method == "notifications/cancelled", let id = params?["requestId"].flatMap({ RequestID($0) }) else { return [] }
        return cancel(id)
    }

    mutating func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }
}
