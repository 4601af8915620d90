public import JSON

/// What one client may make the connection hold.
public struct ConnectionLimits: Sendable {
    /// The most calls in flight.
    public var calls: Int
    /// The most bytes of request lines whose calls are in flight.
    public var bytesInFlight: Int
    /// The most open subscriptions.
    public var subscriptions: Int
    /// The most messages in one batch.
    public var batchMessages: Int
    /// The most batches that still wait for calls.
    public var openBatches: Int
    /// The longest line that is sent. The TypeScript SDK closes the connection at 10 MB.
    public var answerBytes: Int
    /// Limits of one message. Repeated keys and lone surrogates are taken as JavaScript takes them: a refused line
    /// has no id to answer to, and its client would wait for ever.
    public var json: JSONLimits

    public init(
        calls: Int = 8192, bytesInFlight: Int = 64 << 20, subscriptions: Int = 64, batchMessages: Int = 4096,
        openBatches: Int = 64, answerBytes: Int = 9_000_000,
        json: JSONLimits = JSONLimits(bytes: 16 << 20, duplicateKeys: .lastWins, loneSurrogates: .replaced)
    ) {
        self.calls = calls
        self.bytesInFlight = bytesInFlight
        self.subscriptions = subscriptions
        self.batchMessages = batchMessages
        self.openBatches = openBatches
        self.answerBytes = answerBytes
        self.json = json
    }
}
