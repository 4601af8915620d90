internal import KeeperProtocol
internal import SecretIO
internal import VaultKeeper

extension Keeper {
    /// How often an unlocked vault looks whether it was locked meanwhile, in milliseconds.
    private static let watch: Int32 = 2000

    /// Ends of runs, which nobody waits for, are written when nothing else has come for so long, in milliseconds.
    private static let lull: Int32 = 10
    /// So many of them are not kept waiting, whatever comes.
    private static let mostEnds = 64

    /// Answers requests, one after the other, until the other end is closed.
    static func serve(_ socket: borrowing HandedSocket, _ keeper: VaultKeeper) -> ExitCode {
        var reader = KeeperFrameReader()
        var ends: [KeeperRequest] = []
        while true {
            do {
                if ends.count >= mostEnds { try write(&ends, socket, keeper) }
                guard try socket.wait(milliseconds: ends.isEmpty ? (keeper.holdsKeys ? watch : -1) : lull) else {
                    if ends.isEmpty { keeper.tick() } else { try write(&ends, socket, keeper) }
                    continue
                }
                let bytes = try socket.read(atMost: reader.wanted)
                guard !bytes.isEmpty else {
                    _ = keeper.handle(ends: ends)
                    return .done
                }
                guard let message = try reader.push(bytes[...]) else { continue }
                // Nobody gives a secret to the keeper.
                guard message.secretBytes == 0 else { return .protocolError }
                let request = try KeeperRequest(json: message.json)
                if case .ended = request.ask { ends.append(request) } else { try answer(keeper.handle(request), socket) }
            } catch is SecretIOError {
                _ = keeper.handle(ends: ends)
                return .system
            } catch {
                return .protocolError
            }
        }
    }

    private static func write(
        _ ends: inout [KeeperRequest], _ socket: borrowing HandedSocket, _ keeper: VaultKeeper
    ) throws {
        let replies = keeper.handle(ends: ends)
        ends = []
        try socket.write(try replies.flatMap { try KeeperFrame.head(json: $0.json) })
    }

    private static func answer(_ answer: consuming VaultKeeper.Answer, _ socket: borrowing HandedSocket) throws {
        let reply = answer.reply
        let head: [UInt8]
        do throws(KeeperFrameError) {
            head = try KeeperFrame.head(json: reply.json, secretBytes: reply.secretBytes)
        } catch {
            let refusal = Refusal(.tooLarge, "The answer is longer than a reply may be. Ask for less: name a project or an environment.")
            return try socket.write(try KeeperFrame.head(json: KeeperReply(id: reply.id, .refused(refusal)).json))
        }
        guard reply.secretBytes > 0 else { return try socket.write(head) }
        try answer.withValues { (values) throws(SecretIOError) in try socket.write(head, then: values) }
    }
}
