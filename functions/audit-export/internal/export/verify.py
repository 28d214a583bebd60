#!/usr/bin/env python3
"""Verifies a DCM audit bundle with nothing but Python's standard library.

Run it in the directory that the bundle was unpacked to. It checks every file's
checksum, every fact's hash and every link between a fact and its predecessor,
that the manifest counts what is there, and that the facts are those of the
checkpoint. It exits with 0 if all is well.

It does not check the checkpoint's signature, for which Python's standard library
has nothing: dcm-verify does, with the installation's public key.
"""
import base64, hashlib, json, os, struct, sys, uuid

problems = []


def problem(text):
    problems.append(text)
    if len(problems) <= 1000:
        print("PROBLEM:", text)


def link(prev, f, data):
    h = hashlib.sha256()
    for part in (
        prev, uuid.UUID(f["tenant_id"]).bytes, uuid.UUID(f["stream_id"]).bytes,
        struct.pack(">Q", f["version"]), uuid.UUID(f["id"]).bytes,
        f["type"].encode(), f["source"].encode(), f["actor"].encode(),
        f["cause_id"].encode(), f["correlation_id"].encode(),
        f["occurred_at"].encode(), data,
    ):
        h.update(struct.pack(">I", len(part)))
        h.update(part)
    return h.hexdigest()


def leaf(f, data):
    b = b"dcm-leaf/1"
    for part in (
        uuid.UUID(f["tenant_id"]).bytes, uuid.UUID(f["stream_id"]).bytes,
        struct.pack(">Q", f["version"]), uuid.UUID(f["id"]).bytes,
        f["type"].encode(), f["source"].encode(), f["actor"].encode(),
        f["cause_id"].encode(), bytes.fromhex(f["cause_digest"]),
        f["correlation_id"].encode(), f["occurred_at"].encode(),
        f["recorded_at"].encode(), f["traceparent"].encode(), data,
        bytes.fromhex(f["hash"]),
    ):
        b += struct.pack(">I", len(part)) + part
    return hashlib.sha256(b"\0" + b).digest()


def plant(where, f, data):
    if f["leaf"] < 0:
        problem(where + "is in no tree: it was put in afterwards")
        return
    if leaf(f, data).hex() != f["leaf_hash"]:
        problem(where + "is not what was recorded at place %d" % f["leaf"])
    leaves[f["leaf"]] = bytes.fromhex(f["leaf_hash"])


def node(level, n):
    if level == 0 and n in leaves:
        return leaves[n]
    if (level, n) in cover:
        return cover[level, n]
    if level == 0:
        raise KeyError("nothing is known of place %d" % n)
    return hashlib.sha256(b"\1" + node(level - 1, 2 * n) + node(level - 1, 2 * n + 1)).digest()


def root(size):
    peaks = [node(l, (size >> l) - 1) for l in range(62, -1, -1) if size >> l & 1]
    top = peaks.pop()
    while peaks:
        top = hashlib.sha256(b"\1" + peaks.pop() + top).digest()
    return top


def checksum(name):
    h = hashlib.sha256()
    with open(name, "rb") as f:
        for block in iter(lambda: f.read(1 << 20), b""):
            h.update(block)
    return h.hexdigest()


for line in open("SHA256SUMS", encoding="utf-8"):
    want, name = line.rstrip("\n").split("  ", 1)
    if checksum(name) != want:
        problem(name + " is not as it was written")

manifest = json.load(open("manifest.json", encoding="utf-8"))
for f in manifest["files"]:
    if checksum(f["name"]) != f["sha256"]:
        problem(f["name"] + " is not what the manifest says")

proven = manifest["format_version"] > 1
leaves, cover = {}, {}
ends, types, count = {}, {}, 0
with open("facts.ndjson", "rb") as lines:
    for count, line in enumerate(lines, 1):
        where = "facts.ndjson, line %d: " % count
        f = json.loads(line)
        data = base64.b64decode(f["data_base64"])
        if f["data"] is not None and f["data"] != json.loads(data):
            problem(where + "data and data_base64 differ")
        if f["tenant_id"] != manifest["tenant_id"]:
            problem(where + "belongs to another tenant")
        if f["stream_id"] in ends:
            version, end = ends[f["stream_id"]]
            if f["version"] != version + 1:
                problem(where + "version %d follows version %d" % (f["version"], version))
            elif f["prev_hash"] != end:
                problem(where + "is not tied to its predecessor")
        elif (f["version"] == 1) != (f["prev_hash"] == ""):
            problem(where + "has no predecessor to be tied to")
        if link(bytes.fromhex(f["prev_hash"]), f, data) != f["hash"]:
            problem(where + "the hash does not fit")
        if proven:
            plant(where, f, data)
        ends[f["stream_id"]] = f["version"], f["hash"]
        types[f["type"]] = types.get(f["type"], 0) + 1

if proven:
    inside = sorted(leaves)
    with open("neighbours.ndjson", "rb") as lines:
        for n, line in enumerate(lines, 1):
            f = json.loads(line)
            plant("neighbours.ndjson, line %d: " % n, f, base64.b64decode(f["data_base64"]))
    checkpoint = json.load(open("checkpoint.json", encoding="utf-8"))
    for c in checkpoint["cover"]:
        cover[c["level"], c["n"]] = base64.b64decode(c["hash"])
    note = checkpoint["note"].split("\n")
    size = int(note[1])
    for line in note[5:note.index("")]:
        print("NOTE: what a restore has cost this log, as its operator has declared: %s" % line)
    if inside:
        for n in range(max(inside[0] - 1, 0), min(inside[-1] + 2, size)):
            if n not in leaves:
                problem("place %d of the log: what was recorded there is gone" % n)
    try:
        if size != manifest["checkpoint"]["size"] or root(size) != base64.b64decode(note[2]):
            problem("the facts are not those of the checkpoint: the history was rewritten")
    except KeyError as e:
        problem("the facts are not those of the checkpoint: %s" % e.args[0])

for name, found in (("facts", count), ("types", types), ("streams", len(ends))):
    if manifest[name] != found:
        problem("the manifest counts other %s than there are" % name)
if manifest["broken_link_count"]:
    print("NOTE: %d broken links were found when this bundle was made." % manifest["broken_link_count"])
if problems:
    sys.exit("%d problems" % len(problems))
if proven:
    print("NOTE: the facts fit the checkpoint; its signature was not checked. dcm-verify does that.")
print("OK: %d facts of tenant %s, %s to %s" % (count, manifest["tenant_id"], manifest["period"]["from"], manifest["period"]["to"]))
