"""Verifies an execkit audit log as docs/audit-format.md specifies it. Prints "ok <records>" or the first bad line."""
import hashlib, json, os, sys

def verify(path):
    seq, prev, torn, torn_line, identity = -1, "0" * 64, None, 0, None
    head = json.loads(open(path + ".head", "rb").read())
    data = open(path, "rb").read()
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        try:
            record = json.loads(line)
            keys = list(record)
            assert keys[:3] == ["seq", "ts", "type"] and keys[-2:] == ["prev", "hash"]
        except (ValueError, AssertionError, TypeError):  # no record: a later "recovered" must account for it
            torn, torn_line = (line if torn is None else torn + b"\n" + line), torn_line or number
            continue
        if torn is not None:
            digest = hashlib.sha256(torn).hexdigest()
            if (record["type"], record.get("torn_bytes"), record.get("torn_sha256")) != ("recovered", len(torn), digest):
                return torn_line
            torn, torn_line = None, 0
        expected = hashlib.sha256(line[:-75] + b"}").hexdigest()
        if record["seq"] != seq + 1 or record["prev"] != prev or line[-75:] != b',"hash":"%s"}' % expected.encode():
            return number
        if record["seq"] == 0:
            identity = record["file"]
            if identity != head["file"] or record["name"] != os.path.basename(path):
                return number
        if "lost_file" in record or (record["seq"] == head["seq"] and expected != head["hash"]):
            return number
        seq, prev = record["seq"], expected
    ended = torn is None and data.endswith(b"\n") and head["file"] == identity and head["seq"] <= seq
    return None if ended else torn_line or data.count(b"\n") + 1

if __name__ == "__main__":
    for bad, path in [(verify(path), path) for path in sys.argv[1:]]:
        print("ok" if bad is None else f"line {bad}", path)
