/// A signal number (signal(7)).
public struct Signal: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    public static let hangup = Signal(rawValue: 1)
    public static let interrupt = Signal(rawValue: 2)
    public static let quit = Signal(rawValue: 3)
    public static let kill = Signal(rawValue: 9)
    public static let terminate = Signal(rawValue: 15)
    public static let resume = Signal(rawValue: 18)
    public static let stop = Signal(rawValue: 19)
}

/// How a process ended.
public enum ProcessExit: Equatable, Sendable {
    /// It exited with this code, 0 to 255.
    case code(Int32)
    /// It was ended by this signal.
    case signal(Signal)

    /// The number a POSIX shell gives in `$?`: the code, or 128 and the signal.
    public var shellCode: Int32 {
        switch self {
        case .code(let code): code
        case .signal(let signal): 128 + signal.rawValue
        }
    }

    init(_ exit: Fence.Exit) {
        self = exit.isSignal ? .signal(Signal(rawValue: exit.value)) : .code(exit.value)
    }
}
