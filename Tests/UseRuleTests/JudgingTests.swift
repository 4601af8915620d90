import Testing
import UseRule

@Suite("What a rule says to a use") struct JudgingTests {
    private func request(
        _ program: String = "/usr/bin/psql", _ projects: [String] = ["shop"], now: Int = 1000, last: Int? = nil, uses: Int = 0
    ) -> UseRule.Request {
        .init(program: program, projects: projects, now: now, lastConfirmed: last, recentUses: uses)
    }

    @Test("A rule without anything in it allows every use")
    func empty() {
        #expect(UseRule().judge(request("", [], now: Int.min, last: Int.max, uses: Int.max)) == .allow)
    }

    @Test("A name allows every file of that name and no other; a path allows itself alone", arguments: [
        ("psql", "/usr/bin/psql", true), ("psql", "/tmp/psql", true), ("psql", "/psql", true), ("psql", "psql", false),
        ("psql", "/usr/bin/psql2", false), ("psql", "/usr/bin/notpsql", false), ("psql", "/psql/sh", false),
        ("psql", "/usr/bin/psql/", false), ("psql", "/usr/bin/PSQL", false), ("psql", "", false), ("psql", "/", false),
        ("/usr/bin/psql", "/usr/bin/psql", true), ("/usr/bin/psql", "/tmp/usr/bin/psql", false),
        ("/usr/bin/psql", "/usr/bin/../bin/psql", false), ("/usr/bin/psql", "//usr/bin/psql", false),
        ("/usr/bin/psql", "usr/bin/psql", false), ("/usr/bin/psql", "/usr/bin/psql\n", false),
        // One character to a reader, two names to the kernel.
        ("ü", "/bin/u\u{308}", false), ("u\u{308}", "/bin/u\u{308}", true), ("/bin/ü", "/bin/u\u{308}", false),
    ])
    func programs(rule name: String, path: String, isAllowed: Bool) {
        var rule = UseRule()
        rule.programs = ["other", name]
        #expect(rule.judge(request(path)).word == (isAllowed ? "allow" : "deny"))
    }

    @Test("A use outside of any project is none in an allowed one")
    func projects() {
        var rule = UseRule()
        rule.projects = ["shop", "blog"]
        #expect(rule.judge(request("/a", ["blog"])) == .allow)
        #expect(rule.judge(request("/a", ["other", "blog"])) == .allow)
        #expect(rule.judge(request("/a", ["Blog"])).word == "deny")
        #expect(rule.judge(request("/a", [])).word == "deny")
    }

    @Test("A refusal comes before a reached limit, that before a question, that before a yes")
    func order() {
        var rule = UseRule()
        rule.programs = ["psql"]
        rule.limit = .init(uses: 2, seconds: 60)
        rule.ask = .always
        #expect(rule.judge(request("/bin/sh", uses: 2)).word == "deny")
        #expect(rule.judge(request(uses: 2)).word == "rateLimited")
        #expect(rule.judge(request(uses: 3)).word == "rateLimited")
        #expect(rule.judge(request(uses: 1)).word == "ask")
        rule.ask = .never
        #expect(rule.judge(request(uses: 1)) == .allow)
    }

    @Test("A confirmation holds for less than its time, and no longer than the clock goes forward", arguments: [
        (nil, 1000, true), (1000, 1000, false), (941, 1000, false), (940, 1000, true), (939, 1000, true),
        // The clock went back since.
        (1001, 1000, true), (Int.max, 1000, true), (Int.max, Int.min, true),
        // Too far apart for a number.
        (Int.min, Int.max, true), (-1, Int.max, true), (0, Int.max, true),
        (Int.min, Int.min, false), (Int.max, Int.max, false), (Int.max - 59, Int.max, false), (Int.max - 60, Int.max, true),
    ] as [(Int?, Int, Bool)])
    func confirmations(last: Int?, now: Int, asks: Bool) {
        var rule = UseRule()
        rule.ask = .every(seconds: 60)
        #expect(rule.judge(request(now: now, last: last)).word == (asks ? "ask" : "allow"))
        // Even where the rule was put together by hand.
        rule.ask = .every(seconds: Int.max)
        _ = rule.judge(request(now: now, last: last))
        rule.ask = .every(seconds: Int.min)
        #expect(rule.judge(request(now: now, last: last)).word == "ask")
    }

    @Test("Reasons hold what the owner wrote and nothing of the request")
    func reasons() throws {
        var rule = UseRule()
        rule.programs = (1...7).map { "tool\($0)" }
        let denied = rule.judge(request("/home/agent/SENTINEL", ["SENTINEL"]))
        #expect(denied == .deny(reason: "its rule allows it to these programs only: tool1, tool2, tool3, tool4, tool5 and 2 more"))
        rule.programs = nil
        rule.projects = ["shop"]
        #expect(rule.judge(request("/a", ["SENTINEL"])) == .deny(reason: "its rule allows it in these projects only: shop"))
        rule.projects = nil
        rule.limit = .init(uses: 10, seconds: 3600)
        #expect(rule.judge(request(uses: 10)) == .rateLimited(reason: "its rule allows 10 uses in 1h"))
        rule.limit = .init(uses: 1, seconds: 90)
        #expect(rule.judge(request(uses: 10)) == .rateLimited(reason: "its rule allows one use in 90s"))
        rule.limit = nil
        rule.ask = .every(seconds: 900)
        #expect(rule.judge(request()) == .ask(reason: "its rule wants a confirmation every 15m"))
    }

    @Test("Durations take the largest unit that is whole", arguments: [
        (1, "1s"), (60, "1m"), (90, "90s"), (3600, "1h"), (5400, "90m"), (86_400, "1d"), (129_600, "36h"), (0, "0s"), (-60, "-60s"),
    ])
    func durations(seconds: Int, text: String) { #expect(UseRule.duration(seconds) == text) }

    /// Written from the sentence, not from the code: one list of objections, the worst of which is the verdict. Times are
    /// floating-point numbers wide enough for the differences that are compared here.
    private func twin(_ rule: UseRule, _ request: UseRule.Request) -> String {
        var objections: Set<String> = []
        if let programs = rule.programs {
            let last = request.program.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).last.map { Array($0) }
            let names = programs.map { Array($0.unicodeScalars) }
            let isThere = names.contains(Array(request.program.unicodeScalars)) || names.contains(last ?? [])
            if !request.program.hasPrefix("/") || !isThere { objections.insert("deny") }
        }
        if let projects = rule.projects, Set(projects).isDisjoint(with: request.projects) { objections.insert("deny") }
        if let limit = rule.limit, limit.uses <= request.recentUses { objections.insert("rateLimited") }
        switch rule.ask {
        case .never: break
        case .always: objections.insert("ask")
        case .every(let seconds):
            let age = request.lastConfirmed.map { Double(request.now) - Double($0) } ?? .infinity
            if age < 0 || age >= Double(seconds) { objections.insert("ask") }
        }
        return ["deny", "rateLimited", "ask"].first(where: objections.contains) ?? "allow"
    }

    @Test("Generated rules and requests: the naive twin says the same")
    func twins() throws {
        var dice = Dice(state: 7)
        var seen: [String: Int] = [:]
        for _ in 0..<50_000 {
            let (rule, request) = (dice.rule(), dice.request())
            let verdict = rule.judge(request)
            seen[verdict.word, default: 0] += 1
            #expect(verdict.word == twin(rule, request), "\(rule.text) \(request)")
            // Putting a rule into its stored form changes no verdict.
            #expect(try rule.checked().judge(request).word == verdict.word)
        }
        // The dice reach every verdict often.
        for word in ["allow", "ask", "deny", "rateLimited"] { #expect(seen[word, default: 0] > 1000) }
    }
}
