internal import KeeperProtocol
internal import VaultStore

/// What the person was asked and has agreed to; in memory alone, so that a new server asks anew.
struct Confirmations {
    /// Seconds that a token is good for.
    static let lifetime = 600
    /// So many questions may be open.
    static let mostTokens = 64
    /// Likewise for what was agreed to.
    static let mostAgreements = 4096

    private struct Question {
        let token: String
        let request: OpenRequest
        let places: Set<SecretPlace>
        let askedAt: Int
    }

    private struct Use: Hashable {
        let place: SecretPlace
        let program: String
        /// A yes to one run is none to a shell.
        let purpose: OpenRequest.Purpose
        /// A server gets the password that it is logged in to with: a yes to one is none to another. Empty for other uses.
        let login: String

        init(_ place: SecretPlace, _ request: OpenRequest) {
            self.place = place
            program = request.program
            purpose = request.purpose
            login = request.purpose == .login ? request.run : ""
        }
    }

    private var questions: [Question] = []
    private var agreements: [Use: Int] = [:]

    /// Remembers what is about to be asked.
    ///
    /// - Parameters:
    ///   - token: fresh and random.
    ///   - places: what the rules ask for.
    /// - Returns: false when too many are open: an answer that a person gives is never thrown away for another question.
    mutating func ask(_ token: String, _ request: OpenRequest, _ places: [SecretPlace], now: Int) -> Bool {
        questions.removeAll { !($0.askedAt..<$0.askedAt + Self.lifetime).contains(now) }
        guard questions.count < Self.mostTokens else { return false }
        questions.append(Question(token: token, request: request.unconfirmed, places: Set(places), askedAt: now))
        return true
    }

    /// Whether a request carries the token of the question whether to do exactly this, for at least these places. A token is
    /// spent by being looked at.
    mutating func redeem(_ request: OpenRequest, _ places: [SecretPlace], now: Int) -> Bool {
        guard let index = questions.firstIndex(where: { $0.token == request.confirmed }) else { return false }
        let question = questions.remove(at: index)
        guard (question.askedAt..<question.askedAt + Self.lifetime).contains(now), question.request == request.unconfirmed,
            question.places.isSuperset(of: places)
        else { return false }
        for place in places { agree(Use(place, request), now) }
        return true
    }

    /// When the person last agreed to such a use of a secret.
    func lastAgreed(_ place: SecretPlace, _ request: OpenRequest) -> Int? { agreements[Use(place, request)] }

    private mutating func agree(_ use: Use, _ now: Int) {
        if agreements.count >= Self.mostAgreements, let oldest = agreements.min(by: { $0.value < $1.value }) {
            agreements[oldest.key] = nil
        }
        agreements[use] = now
    }
}

extension OpenRequest {
    /// Without the token, by which alone a confirmed request differs from the one that was asked about.
    fileprivate var unconfirmed: OpenRequest {
        var request = self
        request.confirmed = nil
        return request
    }
}
