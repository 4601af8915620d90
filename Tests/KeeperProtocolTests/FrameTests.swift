import KeeperProtocol
import Testing

@Suite("Keeper frames")
struct FrameTests {
    @Test("Many messages with secret bytes come out whole, in pieces of every size")
    func pieces() throws {
        var stream: [UInt8] = []
        var sent: [(json: [UInt8], secret: [UInt8])] = []
        for (index, reply) in Samples.replies.enumerated() {
            let secret = (0..<index).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            stream += try KeeperFrame.head(json: reply.json, secretBytes: secret.count) + secret
            sent.append((reply.json, secret))
        }
        for piece in [1, 2, 3, 7, 8, 9, 100, 1 << 20] {
            let got = try read(stream, piece: piece)
            #expect(got.messages.map(\.json) == sent.map(\.json))
            #expect(got.secrets == sent.map(\.secret))
            #expect(got.isWhole)
        }
    }

    @Test("A stream cut anywhere but between messages is known to be cut")
    func cuts() throws {
        let one = try KeeperFrame.head(json: Array("{}".utf8), secretBytes: 3) + [1, 2, 3]
        let stream = one + one
        for end in 0...stream.count {
            let got = try read(Array(stream[..<end]), piece: 4)
            #expect(got.isWhole == (end % one.count == 0), "cut at \(end)")
            #expect(got.messages.count == [0, 1, 2][(end + 3) / one.count], "cut at \(end)")
        }
    }

    @Test("The reader never wants more than what is left of a header or of a JSON text")
    func wanted() throws {
        var reader = KeeperFrameReader()
        #expect(reader.wanted == 8)
        #expect(try reader.push([0, 0, 0]) == nil)
        #expect(reader.wanted == 5)
        #expect(try reader.push([5, 0, 0, 0, 9]) == nil)
        #expect(reader.wanted == 5)
        #expect(try reader.push([1, 2]) == nil)
        #expect(reader.wanted == 3)
        #expect(!reader.isBetweenMessages)
        let message = try reader.push([3, 4, 5])
        #expect(message?.json == [1, 2, 3, 4, 5])
        #expect(message?.secretBytes == 9)
        #expect(reader.wanted == 8)
        #expect(reader.isBetweenMessages)
    }

    @Test("Limits are exact, in both directions")
    func limits() throws {
        func header(_ json: Int, _ secret: Int) -> [UInt8] {
            [json, secret].flatMap { count in (0..<4).map { UInt8(count >> (24 - 8 * $0) & 255) } }
        }
        func error(_ json: Int, _ secret: Int) -> KeeperFrameError? {
            var reader = KeeperFrameReader()
            do throws(KeeperFrameError) { _ = try reader.push(header(json, secret)[...]) } catch { return error }
            return nil
        }
        #expect(error(1, 0) == nil)
        #expect(error(0, 0) == .empty)
        #expect(error(0, 5) == .empty)
        #expect(error(16 << 20, 4 << 20) == nil)
        #expect(error(16 << 20 + 1, 0) == .jsonTooLong)
        #expect(error(1, 4 << 20 + 1) == .tooManySecretBytes)
        #expect(error(1, 0xFFFF_FFFF) == .tooManySecretBytes)
        #expect(error(0xFFFF_FFFF, 0xFFFF_FFFF) == .jsonTooLong)
        #expect(throws: KeeperFrameError.empty) { try KeeperFrame.head(json: []) }
        #expect(throws: KeeperFrameError.jsonTooLong) { try KeeperFrame.head(json: Array(repeating: 32, count: 16 << 20 + 1)) }
        #expect(throws: KeeperFrameError.tooManySecretBytes) { try KeeperFrame.head(json: [32], secretBytes: 4 << 20 + 1) }
        #expect(throws: KeeperFrameError.tooManySecretBytes) { try KeeperFrame.head(json: [32], secretBytes: -1) }
        #expect(try KeeperFrame.head(json: [32], secretBytes: 4 << 20) == [0, 0, 0, 1, 0, 0x40, 0, 0, 32])
    }
}
