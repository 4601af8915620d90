public import EventLoop
public import JSON
public import MCPProtocol
import ToolSchema

/// A protocol connection joined to two descriptors and a table of tools.
///
/// It carries out what `MCPConnection` says, in order, and writes the answers of a turn together. While the client does
/// not read, it is not read from either, so neither side can make the other hold more than some megabytes.
public final class MCPServer {
    /// Why the server ended.
    public enum End: Sendable {
        /// The client closed its end of the input.
        case endOfInput
        /// Nobody reads the output any more.
        case outputLost
    }

    /// Called once, when the connection is over and what could be written is written.
    public var onEnd: ((End) -> Void)?

    /// Every text that a tool gives, or that is told of one, goes through here last: results, failures, progress, questions
    /// and messages. Nil: as it is.
    public var lastGate: ((String) -> String)?

    private var connection: MCPConnection
    private var slicer = LineSlicer()
    private let tools: [String: Tool]
    private var contexts: [CallHandle: ToolContext] = [:]
    private let output: OutputQueue
    private var input: InputReader?
    private let loop: EventLoop
    private var isEnding = false
    private var isFlushPlanned = false

    /// - Parameters:
    ///   - description: what the server says of itself; its list of tools is taken from `tools`.
    ///   - input, output: what the client writes to and reads from; both are closed with the server.
    public init(
        loop: EventLoop, input: consuming Descriptor, output: consuming Descriptor, description: ServerDescription,
        tools: [Tool], sealer: StateSealer
    ) throws(SystemError) {
        var description = description
        description.tools = tools.map(\.description)
        self.loop = loop
        self.tools = Dictionary(uniqueKeysWithValues: tools.map { ($0.description.name, $0) })
        connection = MCPConnection(server: description, sealer: sealer)
        self.output = try OutputQueue(adopting: output, loop: loop)
        self.input = try InputReader(
            adopting: input, loop: loop,
            onBytes: { [weak self] in self?.receive($0) }, onEnd: { [weak self] in self?.inputEnded() })
        self.output.onRelief = { [weak self] in self?.input?.isPaused = false }
        self.output.onLost = { [weak self] in self?.end(.outputLost) }
    }

    // MARK: What comes in

    private func receive(_ bytes: ArraySlice<UInt8>) {
        for line in slicer.feed(bytes) { perform(connection.receive(line)) }
        flush()
    }

    private func inputEnded() {
        input = nil
        if let line = slicer.finish() { perform(connection.receive(line)) }
        perform(connection.close())
        output.flush()
        end(.endOfInput)
    }

    /// How long a client that has closed its input may take to read the last answers.
    private static let lastWords = Duration.milliseconds(500)

    private func end(_ end: End) {
        guard !isEnding else { return }
        isEnding = true
        input?.close()
        for context in contexts.values { context.cancel() }
        contexts = [:]
        let deadline = loop.now + Self.lastWords
        finishWriting(end, until: deadline)
    }

    private func finishWriting(_ end: End, until deadline: MonotonicInstant) {
        guard output.waiting > 0, loop.now < deadline else {
            output.close()
            let onEnd = onEnd
            self.onEnd = nil
            onEnd?(end)
            return
        }
        loop.after(.milliseconds(5)) { [weak self] in self?.finishWriting(end, until: deadline) }
    }

    private func perform(_ actions: [ConnectionAction]) {
        for action in actions {
            switch action {
            case .send(let bytes): send(bytes)
            case .call(let call): start(call)
            case .cancel(let handle): contexts.removeValue(forKey: handle)?.cancel()
            case .answer(let handle, let key, let answer): contexts[handle]?.answer(key, answer)
            }
        }
    }

    private func start(_ call: ToolCall) {
        guard let tool = tools[call.name] else {
            return perform(connection.finish(call.handle, .result(.failure("There is no tool of that name."))))
        }
        let arguments: ArgumentReader
        do {
            arguments = try ArgumentReader(call.arguments, schema: tool.input)
        } catch {
            return perform(connection.finish(call.handle, .result(.failure(error.message))))
        }
        let context = ToolContext(call, arguments: arguments, server: self)
        contexts[call.handle] = context
        tool.run(context)
    }

    // MARK: What goes out

    private func send(_ bytes: [UInt8]) {
        output.append(bytes)
        if output.isCongested { input?.isPaused = true }
        flush()
    }

    /// Writes at the end of the turn, so that the answers to requests that came together leave together.
    private func flush() {
        guard !isFlushPlanned else { return }
        isFlushPlanned = true
        loop.soon { [weak self] in
            self?.isFlushPlanned = false
            self?.output.flush()
        }
    }

    func finish(_ handle: CallHandle, _ result: ToolResult) {
        contexts[handle] = nil
        perform(connection.finish(handle, .result(lastGate.map(result.mappingStrings) ?? result)))
    }

    func progress(_ handle: CallHandle, count: Int, message: String) {
        // A client that does not read gets its results late, but no heap of progress before them.
        guard !output.isCongested else { return }
        perform(connection.progress(handle, Double(count), message: lastGate?(message) ?? message))
    }

    func ask(_ handle: CallHandle, _ question: Elicitation, state: String) -> ElicitationOutcome {
        var question = question
        if let lastGate { question.message = lastGate(question.message) }
        let outcome = connection.elicit(handle, question, state: state)
        switch outcome {
        case .asked(let actions): perform(actions)
        case .deferred(let actions):
            contexts[handle] = nil
            perform(actions)
        case .unavailable: break
        }
        return outcome
    }

    /// Whether a log message of that severity would be sent now.
    public func isHeard(_ level: LogLevel) -> Bool { !output.isCongested && connection.sends(level) }

    /// Sends a log message to clients that want messages of that severity.
    public func log(_ level: LogLevel, logger: String, _ data: JSONValue) {
        guard isHeard(level) else { return }
        perform(connection.log(level, logger: logger, lastGate.map(data.mappingStrings) ?? data))
    }
}
