"""Reads results files with PyArrow and polars and prints, as JSON, the types and values that each saw.

Usage: read_results.py FOLDER
"""

import json
import sys
from pathlib import Path

import polars
import pyarrow.ipc

KINDS = {"string": "utf8", "double": "float64", "int32": "int32", "int64": "int64", "bool": "bool"}
POLARS = {"String": "utf8", "Float64": "float64", "Int32": "int32", "Int64": "int64", "Boolean": "bool"}


def by_pyarrow(path):
    with pyarrow.ipc.open_file(str(path)) as file:
        table = file.read_all()
        table.validate(full=True)
    metadata = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    columns = [[field.name, KINDS[str(field.type)], field.nullable] for field in table.schema]
    return {"columns": columns, "rows": table.to_pylist(), "metadata": metadata}


def by_polars(path):
    frame = polars.read_ipc(path)
    columns = [[name, POLARS[str(kind)]] for name, kind in frame.schema.items()]
    return {"columns": columns, "rows": frame.to_dicts()}


folder = Path(sys.argv[1])
seen = {path.name: {"pyarrow": by_pyarrow(path), "polars": by_polars(path)} for path in folder.glob("*.arrow")}
print(json.dumps(seen, allow_nan=False))
