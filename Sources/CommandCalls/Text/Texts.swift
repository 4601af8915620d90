package import Redaction

/// How bytes become text that may leave the server: with the values that this run of the server must not show.
///
/// There is no way to a `StreamText` without it, so no text is made by code that forgot them.
package struct Texts {
    let cover: (any SecretCover)?

    package init(cover: (any SecretCover)?) { self.cover = cover }

    /// Of a server that has been given no value: what looks like a credential is covered.
    package static var shapesOnly: Texts { Texts(cover: nil) }

    /// How often values were added: a text of an earlier number is made anew.
    package var version: Int { cover?.version ?? 0 }

    /// So many bytes before a place are enough to find what spans it.
    package var context: Int { max(cover?.longestSpelling ?? 0, 16 << 10) }

    /// The text of a stream that begins now.
    package func stream(reading: Redactor.Reading = .text) -> StreamText { StreamText(cover, reading: reading) }

    /// A text that is there as a whole: a question, an error of the system.
    package func bytes(_ bytes: [UInt8], reading: Redactor.Reading = .text) -> [UInt8] {
        var stream = stream(reading: reading)
        var output: [UInt8] = []
        stream.feed(bytes, into: &output)
        stream.finish(into: &output)
        return output
    }

    package func string(_ text: String) -> String { String(decoding: bytes(Array(text.utf8)), as: UTF8.self) }

    /// A text that is otherwise fit to leave, with known values covered: the last look at whatever leaves the server.
    package func covered(_ text: String) -> String {
        guard let stream = cover?.stream() else { return text }
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 64)
        stream.feed(bytes[...], into: &output)
        stream.finish(into: &output, isCut: false)
        return String(decoding: output, as: UTF8.self)
    }

    /// A command as it may be shown.
    package func command(_ command: String) -> CommandText { CommandText(command, self) }
}
