#!/usr/bin/env python3
"""ahocorasick_rs with fifty values in all fixed forms, beside `bench-rooms --values PATTERNS FILE...` on the same files.

    bench-rooms --values /tmp/values /tmp/text && python3 values.py /tmp/values /tmp/text
"""
import base64
import sys
import time

import ahocorasick_rs as a

vals=[l.strip().encode() for l in open(sys.argv[1])]
pats=set()
for v in vals:
    for f in (v, v[::-1], v.hex().encode(), v.hex().upper().encode()): pats.add(f)
    for sep in (b':',b'-',b' ',b',',b', ',b',0x',b', 0x',b'\\x',b' 0x'):
        for h in (v.hex(), v.hex().upper()):
            pats.add(sep.join(h[i:i+2].encode() for i in range(0,len(h),2)))
    for k in range(3):
        e=base64.b64encode(b'\0'*k+v).rstrip(b'=')
        e=e[(k*8+5)//6:]
        e=e[:-1]
        pats.add(e); pats.add(e.replace(b'+',b'-').replace(b'/',b'_'))
        u=v.decode().encode('utf-16-le'); e=base64.b64encode(b'\0'*k+u)[(k*8+5)//6:-3]; pats.add(e)
        u=v.decode().encode('utf-16-be'); e=base64.b64encode(b'\0'*k+u)[(k*8+5)//6:-3]; pats.add(e)
    for f in ('%%%02X','%%%02x','\\x%02x','\\x%02X','\\%03o','\\0%03o','\\u%04x','\\u%04X','&#%d;','&#x%x;','&#x%X;','\\u{%x}','\\U%08X'):
        pats.add(''.join(f%c for c in v).encode())
    pats.add(b''.join(b'\\'+bytes([c]) for c in v))
    pats.add(v.decode().encode('utf-16-le')); pats.add(v.decode().encode('utf-16-be'))
pats=sorted(pats)
print(len(pats), "patterns")
for implementation in (None, a.Implementation.DFA):
    automaton = a.BytesAhoCorasick(pats, implementation=implementation, matchkind=a.MatchKind.LeftmostLongest)
    for path in sys.argv[2:]:
        text = open(path, "rb").read()
        best = 1e9
        for _ in range(5):
            began = time.process_time()
            found = automaton.find_matches_as_indexes(text)
            best = min(best, time.process_time() - began)
        print(f"{path}: {implementation or 'default'}: {len(text) / best / 1e6:.0f} MB/s, {len(found)} matches")
