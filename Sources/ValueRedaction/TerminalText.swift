extension Lane {
    /// What of terminal codes a lane leaves out.
    private static func drops(_ kind: LaneKind) -> (controls: Bool, strings: Bool) {
        switch kind {
        case .codesKept: (false, false)
        case .stringsDropped: (true, true)
        default: (true, false)
        }
    }

    /// Appends output to the lane's text: `count` bytes of it, of which the first has the number `raw`.
    mutating func readOutput(_ kind: LaneKind, count: Int, raw: Int, in work: WorkSpace) {
        let drops = Self.drops(kind)
        let start = WorkSpace.rawPlace
        let limit = start + count
        let delta = raw - start
        var place = start
        while place < limit {
            if code != .none {
                place = skipCode(from: place, to: limit, drops: drops, in: work)
                continue
            }
            place = work.store.readOutput(
                place..<limit, stopsAtEscape: drops.controls, to: WorkSpace.place(of: kind) + end - base, isIndenting: &isIndenting,
                pieces: work.pieces)
            for index in 0..<work.pieces.count {
                let piece = work.pieces[index]
                note(raw: piece.from + delta, at: end + piece.at)
            }
            end += work.pieces.characters
            guard place < limit else { break }
            code = .escape
            place += 1
        }
    }

    /// Passes over a terminal code; gives the place behind it or the end.
    private mutating func skipCode(
        from start: Int, to limit: Int, drops: (controls: Bool, strings: Bool), in work: WorkSpace
    ) -> Int {
        var place = start
        while place < limit, code != .none {
            let byte = work.store[place]
            switch code {
            case .none: break
            case .escape:
                switch byte {
                case UInt8(ascii: "["): code = .control
                case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
                    code = drops.strings ? .string : .none
                case 0x20...0x2F: break
                case 0x30...0x7E: code = .none
                case 0x1B: break
                // Not a code: what came is text again.
                default:
                    code = .none
                    return place
                }
            case .control:
                switch byte {
                case 0x20...0x3F: break
                case 0x40...0x7E: code = .none
                case 0x1B: code = .escape
                // A line break and the like within a code are carried out by terminals, and the code goes on.
                case 0x00...0x1F, 0x7F: break
                default:
                    code = .none
                    return place
                }
            case .string:
                if byte == 0x07 { code = .none } else if byte == 0x1B { code = .stringEscape }
            case .stringEscape:
                if byte == 0x5C {
                    code = .none
                } else {
                    code = .escape
                    continue
                }
            }
            place += 1
        }
        return place
    }
}
