#!/usr/bin/env python3
"""Verifies a DCM audit bundle with nothing but Python's standard library.

Run it in the directory that the bundle was unpacked to. It checks every file's
checksum, every fact's hash and every link between a fact and its predecessor,
and that the manifest counts what is there. It exits with 0 if all is well.
"""
import base64, hashlib, json, struct, sys, uuid

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
        ends[f["stream_id"]] = f["version"], f["hash"]
        types[f["type"]] = types.get(f["type"], 0) + 1

for name, found in (("facts", count), ("types", types), ("streams", len(ends))):
    if manifest[name] != found:
        problem("the manifest counts other %s than there are" % name)
if manifest["broken_link_count"]:
    print("NOTE: %d broken links were found when this bundle was made." % manifest["broken_link_count"])
if problems:
    sys.exit("%d problems" % len(problems))
print("OK: %d facts of tenant %s, %s to %s" % (count, manifest["tenant_id"], manifest["period"]["from"], manifest["period"]["to"]))
