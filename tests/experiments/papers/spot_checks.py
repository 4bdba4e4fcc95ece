"""Makes spot_checks.json: cells drawn from the comma-separated tables with Python's own reader.

python3 spot_checks.py FOLDER > spot_checks.json
"""

import csv
import json
import pathlib
import random
import sys

COLUMNS = {
    "paper": "paper", "table": "table", "model": "model", "method": "method",
    "weight_bits": "bits", "granularity": "granularity", "act_bits": "activationBits",
    "kv_bits": "keyValueBits", "rank": "rank", "downcast": "downcast", "init": "init",
    "phase": "phase", "epoch": "epoch", "task": "task", "shots": "shots", "metric": "metric",
    "batch_size": "batch", "grad_accumulation": "accumulation", "checkpointing": "checkpointing",
    "optimizer_offload": "optimizerOffload", "memory_class": "memoryClass",
    "hyperparameter": "hyperparameter", "role": "role",
}
NUMBERS = {"bits", "activationBits", "keyValueBits", "rank", "epoch", "shots", "batch",
           "accumulation"}


def query(row):
    said = {COLUMNS[name]: value for name, value in row.items() if name in COLUMNS and value != ""}
    for name, value in said.items():
        if name in NUMBERS:
            said[name] = float(value) if "." in value else int(value)
        elif value in ("true", "false"):
            said[name] = value == "true"
    return said


def fits(row, other):
    return all(other.get(name, "") == row[name] for name in row if name in COLUMNS and row[name])


random.seed(20)
checks = []
for path in sorted(pathlib.Path(sys.argv[1]).glob("l*q*-*.csv")):
    if "-v1-" in path.name or path.stem == "l4q-fig3":
        continue
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    alone = [row for row in rows if sum(fits(row, other) for other in rows) == 1]
    for row in random.sample(alone, min(4, len(alone))):
        checks.append({
            "query": query(row),
            "printed": row["value"],
            "deviation": row.get("std", ""),
            "status": row["status"],
            "trust": row["trust"],
            "unit": row["unit"],
            "note": row["note"],
        })
known = {("lr-qat", t) for t in ("fig1", "2", "3", "4", "5", "rank-ablation", "A8", "B1")}
known |= {("l4q", t) for t in ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "fig5")}
kept = [c for c in checks if (c["query"]["paper"], c["query"]["table"]) in known]
print("[" + ",\n".join(json.dumps(check) for check in kept) + "]")
