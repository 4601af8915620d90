/// The compression function of SHA-256 (FIPS 180-4, section 6.2.2) and its constants (sections 4.2.2 and 5.3.3).
enum SHA256Rounds {
    static let initialState = SIMD8<UInt32>(
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)

    /// Compresses `count` blocks of 64 bytes that begin at `start`.
    static func compress(_ state: inout SIMD8<UInt32>, blocks: Span<UInt8>, from start: Int, count: Int) {
        guard count > 0 else { return }
        let constants = self.constants
        for block in 0..<count {
            // The sixteen latest words of the message schedule; word t stands at t mod 16.
            var schedule = load(blocks.extracting((start + block * 64)..<(start + block * 64 + 64)))
            var (a, b, c, d) = (state[0], state[1], state[2], state[3])
            var (e, f, g, h) = (state[4], state[5], state[6], state[7])
            // Sixteen rounds a turn: the letters move through the arguments instead of through assignments.
            for turn in 0..<4 {
                let t = turn * 16
                round(a, b, c, &d, e, f, g, &h, constants[t + 0] &+ word(&schedule, t, 0))
                round(h, a, b, &c, d, e, f, &g, constants[t + 1] &+ word(&schedule, t, 1))
                round(g, h, a, &b, c, d, e, &f, constants[t + 2] &+ word(&schedule, t, 2))
                round(f, g, h, &a, b, c, d, &e, constants[t + 3] &+ word(&schedule, t, 3))
                round(e, f, g, &h, a, b, c, &d, constants[t + 4] &+ word(&schedule, t, 4))
                round(d, e, f, &g, h, a, b, &c, constants[t + 5] &+ word(&schedule, t, 5))
                round(c, d, e, &f, g, h, a, &b, constants[t + 6] &+ word(&schedule, t, 6))
                round(b, c, d, &e, f, g, h, &a, constants[t + 7] &+ word(&schedule, t, 7))
                round(a, b, c, &d, e, f, g, &h, constants[t + 8] &+ word(&schedule, t, 8))
                round(h, a, b, &c, d, e, f, &g, constants[t + 9] &+ word(&schedule, t, 9))
                round(g, h, a, &b, c, d, e, &f, constants[t + 10] &+ word(&schedule, t, 10))
                round(f, g, h, &a, b, c, d, &e, constants[t + 11] &+ word(&schedule, t, 11))
                round(e, f, g, &h, a, b, c, &d, constants[t + 12] &+ word(&schedule, t, 12))
                round(d, e, f, &g, h, a, b, &c, constants[t + 13] &+ word(&schedule, t, 13))
                round(c, d, e, &f, g, h, a, &b, constants[t + 14] &+ word(&schedule, t, 14))
                round(b, c, d, &e, f, g, h, &a, constants[t + 15] &+ word(&schedule, t, 15))
            }
            state = state &+ SIMD8(a, b, c, d, e, f, g, h)
        }
    }

    /// The sixteen words of a block, most significant byte first.
    @inline(__always)
    private static func load(_ block: Span<UInt8>) -> InlineArray<16, UInt32> {
        InlineArray { index in
            let at = 4 * index
            return UInt32(block[at]) << 24 | UInt32(block[at + 1]) << 16
                | UInt32(block[at + 2]) << 8 | UInt32(block[at + 3])
        }
    }

    /// Word `t + offset` of the schedule; past the first sixteen it is made from four of the sixteen before it.
    @inline(__always)
    private static func word(_ schedule: inout InlineArray<16, UInt32>, _ t: Int, _ offset: Int) -> UInt32 {
        guard t > 0 else { return schedule[offset] }
        let early = schedule[(offset + 1) & 15], late = schedule[(offset + 14) & 15]
        let sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >> 3)
        let sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >> 10)
        schedule[offset] = schedule[offset] &+ sigma0 &+ schedule[(offset + 9) & 15] &+ sigma1
        return schedule[offset]
    }

    @inline(__always)
    private static func round(
        _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
        _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ input: UInt32
    ) {
        let choice = (e & f) ^ (~e & g)
        let majority = (a & b) ^ (a & c) ^ (b & c)
        let first = h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ choice &+ input
        d = d &+ first
        h = first &+ (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        (word >> count) | (word << (32 - count))
    }

    private static let constants: InlineArray<64, UInt32> = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
