/// Points of time as text: ISO 8601 in the Gregorian calendar, and ages. Milliseconds since 1970-01-01 UTC.
enum TimePoint {
    /// Reads `2026-01-31`, `2026-01-31T08:00`, `…:30`, `….250`, with `Z`, `+02:00` or nothing (UTC), or an age before
    /// `now`: `90s`, `30m`, `24h`, `7d`. Nil for anything else.
    ///
    /// - Parameter endOfDay: a day alone means its last millisecond, for the end of a range.
    static func parse(_ text: String, now: Int, endOfDay: Bool = false) -> Int? {
        if let age = age(text) { return now - age }
        var reader = Digits(text)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), year >= 1, (1...12).contains(month), day >= 1, day <= days(in: month, of: year)
        else { return nil }
        let midnight = days(year, month, day) * 86_400_000
        if reader.isAtEnd { return endOfDay ? midnight + 86_399_999 : midnight }
        guard reader.take("T") || reader.take(" "), let time = reader.timeOfDay(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        return midnight + time - offset
    }

    /// `2026-01-31T08:00:00.000Z`.
    static func text(_ milliseconds: Int) -> String {
        let (whole, left) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let (day, rest) = left < 0 ? (whole - 1, left + 86_400_000) : (whole, left)
        // Nobody's clock shows the year 10000 or one before 1; the number itself is better than a wrong date.
        guard (-719_162...2_932_896).contains(day) else { return "\(milliseconds) ms" }
        let (year, month, date) = civil(day)
        let time = "\(pad(rest / 3_600_000)):\(pad(rest / 60_000 % 60)):\(pad(rest / 1_000 % 60)).\(pad(rest % 1_000, 3))"
        return "\(pad(year, 4))-\(pad(month))-\(pad(date))T\(time)Z"
    }

    private static func age(_ text: String) -> Int? {
        let units: [Character: Int] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let unit = text.last.flatMap({ units[$0] }) else { return nil }
        let digits = text.dropLast()
        guard (1...6).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(digits)
        else { return nil }
        return count * unit
    }

    private static func pad(_ number: Int, _ width: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    // MARK: Calendar. Years begin in March here, so that the leap day is the last of a year.

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days from 1970-01-01 to a date.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }

    /// The date so many days from 1970-01-01, of year 1 or later.
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

/// Reads fixed numbers of digits.
private struct Digits {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = Array(text.utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// `08:00`, `08:00:30`, `08:00:30.25`: milliseconds of the day.
    mutating func timeOfDay() -> Int? {
        guard let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60 else { return nil }
        var milliseconds = (hour * 60 + minute) * 60_000
        guard take(":") else { return milliseconds }
        guard let second = number(2), second < 60 else { return nil }
        milliseconds += second * 1_000
        guard take(".") else { return milliseconds }
        var scale = 100
        var isAny = false
        while let digit = number(1) {
            milliseconds += digit * scale
            scale /= 10
            isAny = true
        }
        return isAny ? milliseconds : nil
    }

    /// `Z`, `+02:00`, `-05:30` or nothing: milliseconds east of UTC.
    mutating func offset() -> Int? {
        if isAtEnd || take("Z") { return 0 }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60 else { return nil }
        return sign * (hour * 60 + minute) * 60_000
    }
}
