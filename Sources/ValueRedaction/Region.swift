/// Output that one marker stands for: a match, or several that overlap.
struct Region: Equatable {
    var start: Int
    var end: Int
    /// The value of the longest match, the first of them if several are.
    var value: Int
    private var longest: Int

    /// In order and apart from each other.
    static func merged(_ matches: [Match]) -> [Region] {
        let sorted = matches.sorted { ($0.start, $1.end, $0.value) < ($1.start, $0.end, $1.value) }
        var regions: [Region] = []
        for match in sorted {
            let length = match.end - match.start
            guard let last = regions.last, match.start < last.end else {
                regions.append(Region(start: match.start, end: match.end, value: match.value, longest: length))
                continue
            }
            regions[regions.count - 1].end = max(last.end, match.end)
            if length > last.longest {
                regions[regions.count - 1].value = match.value
                regions[regions.count - 1].longest = length
            }
        }
        return regions
    }
}
