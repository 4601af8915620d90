internal import CSSH2
internal import SecretMemory

/// How far a call of the library came.
enum WireStep: Equatable {
    case done
    /// It needs more from the server.
    case again
    /// The number of a LIBSSH2_ERROR.
    case failed(Int32)

    init(_ status: Int32) {
        self = status == CSSH_DONE ? .done : status == CSSH_AGAIN ? .again : .failed(status)
    }
}

/// One session of libssh2, from bytes to bytes: the C face as Swift calls. All pointers of the room are in this file and that of its
/// channels.
///
/// SAFETY of `@safe`: the handle is private, ended once (`end()` or `deinit`), and every call checks that it is there; views
/// and strings live for the call; what the library gives a pointer to is copied before the next call.
@safe final class Wire {
    /// For the channels, which end with it; private to the two files of unsafe code.
    private(set) var raw: OpaquePointer?

    /// The most bytes that the library may hold for one connection.
    static let memory = 16 << 20
    /// The most bytes that wait to be read by it.
    static let input = 256 << 10

    init() throws(SSHFailure) {
        try Self.load()
        guard let made = unsafe cssh_new(Self.memory, Self.input) else { throw .noMemory }
        unsafe raw = made
        unsafe cssh_limit_output(made, 256 << 10)
    }

    deinit { end() }

    /// Frees everything. Later calls find nothing.
    func end() {
        guard let handle = unsafe raw else { return }
        unsafe raw = nil
        unsafe cssh_free(handle)
    }

    // MARK: The library

    /// Loads it, unless that is done. Throws `.libraryMissing` or `.libraryLacks`.
    static func load() throws(SSHFailure) {
        var lacking: UnsafePointer<CChar>?
        switch unsafe cssh_load(&lacking) {
        case CSSH_LOADED: return
        case CSSH_LACKING: throw .libraryLacks(function: unsafe lacking.map { unsafe String(cString: $0) } ?? "")
        default: throw .libraryMissing
        }
    }

    /// Nil when there is no library.
    static var version: String? { (try? load()) == nil ? nil : unsafe String(cString: cssh_version()) }
    static var path: String? {
        guard (try? load()) != nil, let path = unsafe cssh_path() else { return nil }
        return unsafe String(cString: path)
    }
    /// Whether it is this version or newer.
    static func isVersion(_ number: Int32) -> Bool { (try? load()) != nil && cssh_is_version(number) }

    private func step(_ body: (OpaquePointer) -> Int32) -> WireStep {
        guard let handle = unsafe raw else { return .failed(Int32(CSSH_DISCONNECTED.rawValue)) }
        return unsafe WireStep(body(handle))
    }

    // MARK: Bytes

    var room: Int { unsafe raw == nil ? 0 : unsafe cssh_room(raw) }
    var unread: Int { unsafe raw == nil ? 0 : unsafe cssh_unread(raw) }

    /// - Precondition: there is room for them.
    func feed(_ bytes: ArraySlice<UInt8>) {
        guard unsafe raw != nil else { return }
        unsafe bytes.withUnsafeBytes { unsafe cssh_feed(raw, $0.baseAddress, $0.count) }
    }

    /// How many bytes are to be sent.
    var outputCount: Int {
        guard unsafe raw != nil else { return 0 }
        var start: UnsafePointer<UInt8>?
        return unsafe cssh_output(raw, &start)
    }

    /// The first bytes that are to be sent; they stay until `sent`.
    func output(atMost limit: Int) -> [UInt8] {
        guard unsafe raw != nil else { return [] }
        var start: UnsafePointer<UInt8>?
        let count = unsafe cssh_output(raw, &start)
        return unsafe Array(UnsafeBufferPointer(start: start, count: min(count, limit)))
    }

    func sent(_ count: Int) {
        if unsafe raw != nil { unsafe cssh_sent(raw, count) }
    }

    // MARK: Handshake

    func algorithms(_ list: SSHLibrary.List) -> String {
        guard unsafe raw != nil else { return "" }
        var text = [CChar](repeating: 0, count: 4096)
        let count = unsafe cssh_algorithms(raw, list.raw, &text, text.count)
        return String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    func prefer(_ list: SSHLibrary.List, _ names: String) -> Bool {
        unsafe step { handle in unsafe names.withCString { unsafe cssh_prefer(handle, list.raw, $0) } } == .done
    }

    /// Whether the server has said that it ends the connection.
    var isDismissed: Bool { unsafe raw != nil && cssh_is_dismissed(raw) }

    func handshake() -> WireStep { unsafe step { unsafe cssh_handshake($0) } }

    var hostKey: [UInt8] {
        guard unsafe raw != nil else { return [] }
        var start: UnsafePointer<UInt8>?
        let count = unsafe cssh_host_key(raw, &start)
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    // MARK: Authentication

    func offers(user: String) -> (step: WireStep, offers: UInt32) {
        var offers: UInt32 = 0
        let step = unsafe step { handle in unsafe user.withCString { unsafe cssh_auth_offers(handle, $0, &offers) } }
        return (step, offers)
    }

    func password(user: String, _ password: borrowing SecretBytes, interactive: Bool) -> WireStep {
        guard let handle = unsafe raw else { return .failed(Int32(CSSH_DISCONNECTED.rawValue)) }
        return password.withBytes { span in
            unsafe span.withUnsafeBytes { bytes in
                unsafe user.withCString { user in
                    WireStep(
                        interactive
                            ? unsafe cssh_auth_interactive(handle, user, bytes.baseAddress, bytes.count)
                            : unsafe cssh_auth_password(handle, user, bytes.baseAddress, bytes.count))
                }
            }
        }
    }

    var askedForMore: Bool { unsafe raw != nil && cssh_asked_more(raw) }

    func key(user: String, text: borrowing SecretBytes, passphrase: RawSpan, publicKey: [UInt8]) -> WireStep {
        guard let handle = unsafe raw else { return .failed(Int32(CSSH_DISCONNECTED.rawValue)) }
        return text.withBytes { text in
            unsafe text.withUnsafeBytes { text in
                unsafe passphrase.withUnsafeBytes { passphrase in
                    unsafe user.withCString { user in
                        WireStep(
                            unsafe cssh_auth_key(
                                handle, user, text.baseAddress, text.count, passphrase.baseAddress, passphrase.count,
                                publicKey, publicKey.count))
                    }
                }
            }
        }
    }

    func publicKey(user: String, _ key: [UInt8]) -> WireStep {
        unsafe step { handle in unsafe user.withCString { unsafe cssh_auth_public(handle, $0, key, key.count) } }
    }

    /// What the agent is to sign, when a public key waits for that.
    var toSign: [UInt8]? {
        guard unsafe raw != nil else { return nil }
        var start: UnsafePointer<UInt8>?
        let count = unsafe cssh_to_sign(raw, &start)
        return count == 0 ? nil : unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Nil gives the key up.
    func signed(_ signature: [UInt8]?) {
        if unsafe raw != nil { unsafe cssh_signature(raw, signature ?? [], signature?.count ?? 0) }
    }

    // MARK: Channels

    func openSession() -> (step: WireStep, channel: WireChannel?) {
        unsafe opened { unsafe cssh_open_session($0, &$1) }
    }

    func openForward(host: String, port: UInt16) -> (step: WireStep, channel: WireChannel?) {
        unsafe opened { handle, channel in
            unsafe host.withCString { unsafe cssh_open_forward(handle, $0, port, &channel) }
        }
    }

    private func opened(
        _ body: (OpaquePointer, inout OpaquePointer?) -> Int32
    ) -> (step: WireStep, channel: WireChannel?) {
        var channel: OpaquePointer?
        let step = unsafe step { unsafe body($0, &channel) }
        guard step == .done, let channel = unsafe channel else { return (step, nil) }
        return (step, unsafe WireChannel(self, channel))
    }

    func ping() { if unsafe raw != nil { _ = unsafe cssh_ping(raw) } }
    func goodbye() { if unsafe raw != nil { unsafe cssh_goodbye(raw) } }
}

extension WireStep {
    /// Numbers of the library that the room tells apart.
    enum Code {
        static let banner = Int32(CSSH_BANNER.rawValue)
        static let noCommonAlgorithm = Int32(CSSH_KEX_FAILURE.rawValue)
        static let keyExchange = Int32(CSSH_KEY_EXCHANGE.rawValue)
        static let memory = Int32(CSSH_MEMORY.rawValue)
        static let disconnected = Int32(CSSH_DISCONNECTED.rawValue)
        static let passwordExpired = Int32(CSSH_PASSWORD_EXPIRED.rawValue)
        static let keyFile = Int32(CSSH_KEY_FILE.rawValue)
        static let refused = Int32(CSSH_REFUSED.rawValue)
        static let unverified = Int32(CSSH_UNVERIFIED.rawValue)
        static let channelFailure = Int32(CSSH_CHANNEL_FAILURE.rawValue)
        static let channelDenied = Int32(CSSH_CHANNEL_DENIED.rawValue)
        static let keyPassphrase = Int32(CSSH_KEY_PASSPHRASE.rawValue)
    }

    /// Bits of what a server offers.
    enum Offers {
        static let password = UInt32(CSSH_OFFERS_PASSWORD)
        static let interactive = UInt32(CSSH_OFFERS_INTERACTIVE)
        static let key = UInt32(CSSH_OFFERS_KEY)
        static let authenticated = UInt32(CSSH_AUTHENTICATED)
    }
}

extension SSHLibrary.List {
    fileprivate var raw: cssh_list {
        switch self {
        case .keyExchange: CSSH_KEX
        case .hostKey: CSSH_HOST_KEY
        case .cipher: CSSH_CIPHER
        case .mac: CSSH_MAC
        }
    }
}
