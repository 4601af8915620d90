/// A moment as RFC 3339 writes it, in UTC.
enum Timestamp {
    /// - Parameter seconds: since 1970, without leap seconds. Beyond the years 0 to 9999 it is the nearest moment within.
    static func text(_ seconds: Int64) -> String {
        // Counted from the first of January of the year 0, so that nothing is negative.
        let seconds = Int(min(max(seconds, -yearZero), 253_402_300_799)) + Int(yearZero)
        let rest = seconds % 86_400
        let date = civil(seconds / 86_400)
        return "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2))"
            + "T\(digits(rest / 3_600, 2)):\(digits(rest / 60 % 60, 2)):\(digits(rest % 60, 2))Z"
    }

    /// From then until 1970.
    private static let yearZero: Int64 = 719_528 * 86_400

    /// The day of the Gregorian calendar, counted in its cycles of 400 years, which begin on a first of March.
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        // From the first of March of the year -400 on: 60 days are January and February of a leap year.
        let shifted = days + 146_097 - 60
        let cycle = shifted / 146_097
        let inCycle = shifted - cycle * 146_097
        let year = (inCycle - inCycle / 1_460 + inCycle / 36_524 - inCycle / 146_096) / 365
        let inYear = inCycle - (365 * year + year / 4 - year / 100)
        let month = (5 * inYear + 2) / 153
        let isLate = month >= 10
        return (year + (cycle - 1) * 400 + (isLate ? 1 : 0), isLate ? month - 9 : month + 3, inYear - (153 * month + 2) / 5 + 1)
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
