"""The environment tells what happens: see `fake_machine.ts`."""

import json
import os
import sys
import time

wheel = os.environ["FAKE_WHEEL"]
mode = os.environ["FAKE_PIP"]
with open(os.environ["FAKE_PIP_LOG"], "a") as log:
    log.write(json.dumps({"pid": os.getpid(), "arguments": sys.argv[1:]}) + "\n")

destination = next(a.split("=", 1)[1] for a in sys.argv if a.startswith("--dest="))
target = os.path.join(destination, os.path.basename(wheel))
with open(wheel, "rb") as file:
    data = bytearray(file.read())


def fail(*lines):
    print(*lines, sep="\n", file=sys.stderr)
    sys.exit(1)


if mode == "no network":
    fail(
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'",
        "\x1b[31mERROR: No matching distribution found for the package\x1b[0m",
    )
if mode == "not offered":
    fail("ERROR: No matching distribution found for the package")
if mode == "disk full":
    fail("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device")
if mode == "crash":
    fail("Traceback (most recent call last):", "ValueError: a fault of pip's own")
if mode == "hang":
    os.makedirs(os.path.join(os.environ["TMPDIR"], "pip-unpack"))
    with open(os.path.join(os.environ["TMPDIR"], "pip-unpack", "part.whl"), "wb") as file:
        file.write(data[: len(data) // 2])
    for _ in range(600):
        with open(os.environ["FAKE_PIP_LOG"] + ".alive", "a") as file:
            file.write(".")
        time.sleep(0.1)
if mode == "slow":
    time.sleep(0.5)
if mode == "truncated":
    del data[len(data) // 2 :]
if mode == "altered":
    data[len(data) // 2] ^= 1
if mode == "other file":
    target = os.path.join(destination, "other-1.0-py3-none-any.whl")
with open(target, "wb") as file:
    file.write(data)
