internal import KeeperProtocol
internal import SecretIO
internal import VaultKeeper

extension Keeper {
    /// How often an unlocked vault looks whether it was locked meanwhile, in milliseconds.
    private static let watch: Int32 = 2000

    /// Answers requests, one after the other, until the other end is closed.
    static func serve(_ socket: borrowing HandedSocket, _ keeper: VaultKeeper) -> ExitCode {
        var reader = KeeperFrameReader()
        while true {
            do {
                guard try socket.wait(milliseconds: keeper.holdsKeys ? watch : -1) else {
                    keeper.tick()
                    continue
                }
                let bytes = try socket.read(atMost: reader.wanted)
                guard !bytes.isEmpty else { return .done }
                guard let message = try reader.push(bytes[...]) else { continue }
                // Nobody gives a secret to the keeper.
                guard message.secretBytes == 0 else { return .protocolError }
                try answer(keeper.handle(try KeeperRequest(json: message.json)), socket)
            } catch is SecretIOError {
                return .system
            } catch {
                return .protocolError
            }
        }
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
        try socket.write(head)
        let descriptor = socket.descriptor
        try answer.withValues { (values) throws(SecretIOError) in try SecretIO.write(values, to: descriptor) }
    }
}
