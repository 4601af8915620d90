"""A second reader and writer of the vault file, written from docs/vault-format.md alone. Shares no code with execkit.

Needs (pip): cryptography argon2-cffi

    vault_twin.py read FILE          password on stdin; prints every version as JSON, after checking everything
    vault_twin.py write FILE         password on stdin; makes a vault and prints what it holds as JSON
    vault_twin.py recover FILE       recovery code on stdin; as read
"""

import base64
import hashlib
import json
import os
import sqlite3
import struct
import sys

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

APPLICATION_ID = 0x786B7631
SHA256 = hashes.SHA256()
PSS = padding.PSS(mgf=padding.MGF1(SHA256), salt_length=32)


def parts(*items):
    out = b""
    for item in items:
        data = item if isinstance(item, bytes) else str(item).encode()
        out += struct.pack(">I", len(data)) + data
    return out


def encode(data):
    return base64.b64encode(data).decode()


def decode(text):
    data = base64.b64decode(text, validate=True)
    assert encode(data) == text, "not the one base64 text"
    return data


def seal(key, plain, associated):
    nonce = os.urandom(12)
    return encode(nonce + AESGCM(key).encrypt(nonce, plain, associated))


def unseal(key, frame, associated):
    data = decode(frame)
    assert len(data) >= 28, "too short for a frame"
    return AESGCM(key).decrypt(data[:12], data[12:], associated)


def derive(password, memory, passes, lanes, length, salt):
    return hash_secret_raw(password, salt, passes, memory, lanes, length, Type.ID, version=0x13)


def oaep(label):
    return padding.OAEP(mgf=padding.MGF1(SHA256), algorithm=SHA256, label=label)


def seal_binding(purpose, vault_id, seal_row):
    word = {"password": "execkit/private-key/1", "recovery": "execkit/recovery-key/1"}[purpose]
    return parts(
        word, vault_id, seal_row["kdf_version"], seal_row["kdf_memory_kib"], seal_row["kdf_passes"],
        seal_row["kdf_lanes"], seal_row["kdf_output_length"], decode(seal_row["kdf_salt"]))


def optional(text):
    return "-" if text is None else "=" + text


def attributes_binding(vault_id, project, environment, folder, row):
    """`row` is one of `secret`."""
    return parts(
        "execkit/attributes/1", vault_id, project, environment, folder, row["key"], row["current_version"],
        row["scope"], row["value_type"], parts(*json.loads(row["tags"])), row["description"],
        optional(row["expires_at"]), optional(row["rule"]))


def action_hash(seq, at, action, detail, prev):
    return hashlib.sha256(parts(seq, at, action, detail, prev)).hexdigest()


def spki(key):
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def read(file, password, purpose):
    db = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    assert db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert db.execute("PRAGMA user_version").fetchone()[0] == 1
    (vault,) = db.execute("SELECT * FROM vault").fetchall()
    row = db.execute("SELECT * FROM key_seal WHERE purpose = ?", [purpose]).fetchone()
    assert row["kdf_version"] == 1
    master = derive(
        password, row["kdf_memory_kib"], row["kdf_passes"], row["kdf_lanes"], row["kdf_output_length"],
        decode(row["kdf_salt"]))
    der = unseal(master, row["frame"], seal_binding(purpose, vault["vault_id"], row))
    private = serialization.load_der_private_key(der, None)
    assert encode(spki(private)) == vault["public_key"], "another public key"

    prev = "0" * 64
    for number, entry in enumerate(db.execute("SELECT * FROM action_log ORDER BY seq"), 1):
        assert entry["seq"] == number and entry["prev"] == prev
        prev = action_hash(entry["seq"], entry["at"], entry["action"], entry["detail"], entry["prev"])
        assert entry["hash"] == prev, f"row {number} of the log was changed"

    found = []
    for project in db.execute("SELECT * FROM project ORDER BY name").fetchall():
        label = parts("execkit/project-key/1", vault["vault_id"], project["uid"], project["key_generation"])
        wrapped = decode(project["wrapped_key"])
        private.public_key().verify(decode(project["key_signature"]), label + wrapped, PSS, SHA256)
        key = private.decrypt(wrapped, oaep(label))
        query = """
            SELECT environment.name AS environment, ifnull(folder.path, '') AS folder, secret.*,
                secret_version.version, secret_version.frame
            FROM secret_version JOIN secret ON secret.id = secret_version.secret
            JOIN environment ON environment.id = secret.environment
            LEFT JOIN folder ON folder.id = secret.folder
            WHERE environment.project = ? ORDER BY environment.name, folder, secret.key, secret_version.version"""
        for version in db.execute(query, [project["id"]]):
            associated = parts(
                "execkit/value/1", vault["vault_id"], project["uid"], version["environment"], version["folder"],
                version["key"], version["version"])
            value = unseal(key, version["frame"], associated)
            attributes = attributes_binding(
                vault["vault_id"], project["uid"], version["environment"], version["folder"], version)
            assert unseal(key, version["attributes_seal"], attributes) == b""
            found.append({
                "project": project["name"], "environment": version["environment"], "folder": version["folder"],
                "key": version["key"], "version": version["version"], "value": value.hex(),
                "scope": version["scope"], "tags": json.loads(version["tags"]),
                "live": version["deleted_at"] is None and version["version"] == version["current_version"],
            })
    return found


SCHEMA = """
CREATE TABLE vault (id INTEGER PRIMARY KEY CHECK (id = 1), vault_id TEXT NOT NULL, created_at TEXT NOT NULL,
    public_key TEXT NOT NULL) STRICT;
CREATE TABLE key_seal (purpose TEXT PRIMARY KEY, vault INTEGER NOT NULL DEFAULT 1 REFERENCES vault (id),
    kdf_version INTEGER NOT NULL, kdf_memory_kib INTEGER NOT NULL, kdf_passes INTEGER NOT NULL,
    kdf_lanes INTEGER NOT NULL, kdf_output_length INTEGER NOT NULL, kdf_salt TEXT NOT NULL, frame TEXT NOT NULL,
    sealed_at TEXT NOT NULL) STRICT;
CREATE TABLE project (id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL, key_generation INTEGER NOT NULL, wrapped_key TEXT NOT NULL,
    key_signature TEXT NOT NULL) STRICT;
CREATE TABLE environment (id INTEGER PRIMARY KEY, project INTEGER NOT NULL REFERENCES project (id), name TEXT NOT NULL,
    created_at TEXT NOT NULL, UNIQUE (project, name)) STRICT;
CREATE TABLE folder (id INTEGER PRIMARY KEY, environment INTEGER NOT NULL REFERENCES environment (id),
    path TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE (environment, path)) STRICT;
CREATE TABLE secret (id INTEGER PRIMARY KEY, environment INTEGER NOT NULL REFERENCES environment (id),
    folder INTEGER REFERENCES folder (id), key TEXT NOT NULL, scope TEXT NOT NULL, value_type TEXT NOT NULL,
    tags TEXT NOT NULL, description TEXT NOT NULL, expires_at TEXT, rule TEXT, attributes_seal TEXT NOT NULL, current_version INTEGER NOT NULL,
    created_at TEXT NOT NULL, deleted_at TEXT) STRICT;
CREATE UNIQUE INDEX secret_live ON secret (environment, ifnull(folder, 0), key) WHERE deleted_at IS NULL;
CREATE TABLE secret_version (secret INTEGER NOT NULL REFERENCES secret (id), version INTEGER NOT NULL,
    frame TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (secret, version)) STRICT;
CREATE TABLE action_log (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL,
    prev TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
"""


def write(file, password):
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    db = sqlite3.connect(file)
    db.executescript(SCHEMA)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")
    now, vault_id, uid = "2027-01-31T12:00:00.000Z", os.urandom(16).hex(), os.urandom(16).hex()
    private = rsa.generate_private_key(65537, 2048)
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    db.execute("INSERT INTO vault VALUES (1, ?, ?, ?)", [vault_id, now, encode(spki(private))])
    row = {"kdf_version": 1, "kdf_memory_kib": 9216, "kdf_passes": 2, "kdf_lanes": 4, "kdf_output_length": 32,
           "kdf_salt": encode(os.urandom(24))}
    master = derive(password, 9216, 2, 4, 32, decode(row["kdf_salt"]))
    frame = seal(master, der, seal_binding("password", vault_id, row))
    db.execute("INSERT INTO key_seal VALUES ('password', 1, ?, ?, ?, ?, ?, ?, ?, ?)", [*row.values(), frame, now])

    key, generation = os.urandom(32), 3
    label = parts("execkit/project-key/1", vault_id, uid, generation)
    wrapped = private.public_key().encrypt(key, oaep(label))
    signature = private.sign(label + wrapped, PSS, SHA256)
    db.execute("INSERT INTO project VALUES (7, ?, 'twin', ?, ?, ?, ?)",
               [uid, now, generation, encode(wrapped), encode(signature)])
    db.execute("INSERT INTO environment VALUES (5, 7, 'prod', ?)", [now])
    db.execute("INSERT INTO folder VALUES (9, 5, 'api/db', ?)", [now])
    values = [(None, "", "EMPTY", 1, b""), (9, "api/db", "URL", 1, b"first"),
              (9, "api/db", "URL", 2, bytes(range(256)) * 3)]
    ids = {}
    for folder, path, name, version, value in values:
        if name not in ids:
            ids[name] = len(ids) + 1
            db.execute("INSERT INTO secret VALUES (?, 5, ?, ?, 'server', 'string', '[\"t\"]', 'made by the twin', NULL,"
                       " NULL, '', ?, ?, NULL)", [ids[name], folder, name, version, now])
        row = {"key": name, "current_version": version, "scope": "server", "value_type": "string", "tags": '["t"]',
               "description": "made by the twin", "expires_at": None, "rule": None}
        attributes_seal = seal(key, b"", attributes_binding(vault_id, uid, "prod", path, row))
        db.execute("UPDATE secret SET current_version = ?, attributes_seal = ? WHERE id = ?",
                   [version, attributes_seal, ids[name]])
        associated = parts("execkit/value/1", vault_id, uid, "prod", path, name, version)
        db.execute("INSERT INTO secret_version VALUES (?, ?, ?, ?)",
                   [ids[name], version, seal(key, value, associated), now])
    prev = "0" * 64
    for seq, action in enumerate(["vault.create", "secret.import"], 1):
        detail = json.dumps({"note": "by the twin"})
        digest = action_hash(seq, now, action, detail, prev)
        db.execute("INSERT INTO action_log VALUES (?, ?, ?, ?, ?, ?)", [seq, now, action, detail, prev, digest])
        prev = digest
    db.commit()
    db.close()
    return [{"folder": path, "key": name, "version": version, "value": value.hex()}
            for _, path, name, version, value in values]


if __name__ == "__main__":
    act, target = sys.argv[1:3]
    given = sys.stdin.buffer.read()
    if act == "recover":
        given = given.upper().translate(bytes.maketrans(b"OIL", b"011"), b"- \n")
    result = write(target, given) if act == "write" else read(target, given, {"read": "password"}.get(act, "recovery"))
    json.dump(result, sys.stdout)
