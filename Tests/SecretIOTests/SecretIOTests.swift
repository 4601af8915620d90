import Foundation
import SecretMemory
import Testing

@testable import SecretIO

@Suite("reading and writing secrets", .serialized) struct SecretIOTests {
    @Test("what goes through a pipe arrives whole, whatever its size", arguments: [0, 1, 4095, 4096, 60_000])
    func pipes(count: Int) throws {
        let sent = try SecretBytes(count: count) { span in
            for index in 0..<count { span.storeBytes(of: UInt8(truncatingIfNeeded: index), toByteOffset: index, as: UInt8.self) }
        }
        var ends = try SecretPipe().ends()
        let writing = ends.writing.take()!
        let reading = ends.reading.take()!
        try SecretIO.write(sent, to: writing.descriptor)
        writing.close()
        let got = try SecretIO.readAll(reading.descriptor, limit: 100_000)
        let isSame = got.isEqual(inConstantTimeTo: sent)
        #expect(isSame)
    }

    @Test("one byte more than allowed is refused, exactly the limit is not") func limits() throws {
        for (count, fits) in [(10, true), (11, false)] {
            var ends = try SecretPipe().ends()
            let writing = ends.writing.take()!
            let reading = ends.reading.take()!
            try SecretIO.write(String(repeating: "x", count: count), to: writing.descriptor)
            writing.close()
            if fits {
                let got = try SecretIO.readAll(reading.descriptor, limit: 10).count
                #expect(got == 10)
            } else {
                #expect(throws: SecretIOError.tooLong(limit: 10)) { _ = try SecretIO.readAll(reading.descriptor, limit: 10).count }
            }
        }
    }

    @Test("a silent writer is given up on") func silence() throws {
        var ends = try SecretPipe().ends()
        let writing = ends.writing.take()!
        let reading = ends.reading.take()!
        #expect(throws: SecretIOError.timedOut) {
            _ = try SecretIO.readAll(reading.descriptor, limit: 10, deadline: .idle(milliseconds: 10)).count
        }
        writing.close()
    }

    @Test("what arrives is read as far as it is there and wanted, without waiting") func arriving() throws {
        var ends = try SecretPipe().ends()
        let writing = ends.writing.take()!
        let reading = ends.reading.take()!
        _ = fcntl(reading.descriptor, F_SETFL, O_NONBLOCK)
        var buffer = try SecretBuffer()
        func read(_ limit: Int) throws -> SecretReadOutcome {
            try SecretIO.readAvailable(reading.descriptor, into: &buffer, atMost: limit)
        }
        #expect(try read(10) == .wouldBlock)
        try SecretIO.write("0123456789", to: writing.descriptor)
        #expect(try read(4) == .bytes(4))
        #expect(try read(100) == .bytes(6))
        #expect(try read(1) == .wouldBlock)
        writing.close()
        #expect(try read(1) == .endOfFile)
        let isWhole = buffer.withBytes { bytes in
            bytes.byteCount == 10 && (0..<10).allSatisfy { bytes.byte(at: $0) == UInt8(48 + $0) }
        }
        #expect(isWhole)
        #expect(throws: SecretIOError.self) { _ = try SecretIO.readAvailable(9999, into: &buffer, atMost: 1) }
    }

    @Test("descriptors that are not open are told from open ones") func open() throws {
        var ends = try SecretPipe().ends()
        let reading = ends.reading.take()!
        let number = reading.descriptor
        #expect(SecretIO.isOpen(number))
        #expect(!SecretIO.isOpen(-1))
        #expect(!SecretIO.isOpen(9999))
        #expect(throws: SecretIOError.self) { try SecretIO.write("x", to: 9999) }
    }
}
