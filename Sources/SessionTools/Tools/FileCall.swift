import EventLoop
import ToolSchema
import AuditLog
import CommandCalls
import MCPServer
import SessionFiles
import Sessions

/// What reading and writing a file have in common: the session, the path, the fence and the record before the effect.
struct FileCall {
    let host: SessionHost
    let open: OpenSession
    let path: String
    let context: ToolContext
    /// Called once, when a file was read or written, or was not.
    var onEnd: (() -> Void)?

    var session: String { open.session.identifier }
    var files: SessionFiles { SessionFiles(open.side) }
    var bytes: [UInt8] { Array(path.utf8) }
    /// The path as it may be shown.
    var shown: String { host.texts.string(path) }

    /// Ends the call when there is no such session or path.
    init?(_ host: SessionHost, _ context: ToolContext) {
        guard let open = host.find(context.arguments.requiredString("session_id")) else {
            context.fail(SessionHost.unknownSession)
            return nil
        }
        guard let path = FilePath.absolute(context.arguments.requiredString("path"), in: open.session) else {
            context.fail(FilePath.fault)
            return nil
        }
        self.host = host
        self.open = open
        self.path = path
        self.context = context
    }

    /// Judges what is about to happen as the command that would do it, and records it; then `proceed` is called.
    ///
    /// - Parameter program: the command's name: what an operator forbids for it is forbidden here.
    func begin(as program: String, _ event: AuditEvent, proceed: @escaping (AuditReceipt?) -> Void) {
        host.fence.check(
            "\(program) -- \(FilePath.quoted(path))", session: session, fence: open.fence, context: context, now: host.loop.now
        ) { [host, context] in
            do throws(AuditError) {
                proceed(try host.recorder.write(event))
            } catch {
                context.fail(Recorder.refusal(error))
            }
        }
    }

    /// Records the end and answers a failure.
    func fail(_ failure: FileFailure, _ receipt: AuditReceipt?) {
        end(receipt, bytes: nil, reason: FilePath.word(failure))
        context.fail("path: " + FilePath.text(failure))
    }

    func end(_ receipt: AuditReceipt?, bytes: Int?, reason: String? = nil) {
        open.session.touch()
        onEnd?()
        if let receipt { host.record(.fileEnd(session: session, start: receipt, bytes: bytes, reason: reason)) }
    }
}
