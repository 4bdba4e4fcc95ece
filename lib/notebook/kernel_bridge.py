"""Carries messages between a Jupyter kernel and the process that started this one.

usage: kernel_bridge.py PACKAGES CWD

Reads one request a line, {"id": ..., "code": ..., "silent": ...} or {"interrupt": true}, which does what
a front end's stop button does, and writes one message a line,
{"id": the request's, "channel": "iopub" or "shell", "type": ..., "content": ...}. The first line is
{"type": "ready"}; {"type": "dead"} says that the kernel ended by itself. The end of standard input
ends the kernel and this program, so neither outlives a killed parent.
"""

import asyncio
import json
import queue
import signal
import subprocess
import sys

packages, folder = sys.argv[1:]
sys.path.insert(0, packages)

from jupyter_client import AsyncKernelManager  # noqa: E402

START_SECONDS = 60
ALIVE_SECONDS = 0.2
RECHECK_SECONDS = 0.1


def tell(**message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


class Bridge:
    def __init__(self, manager, client):
        self.manager, self.client = manager, client
        self.ids = {}

    async def requests(self):
        reader = asyncio.StreamReader(limit=2**26)
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            request = json.loads(line)
            if request.get("interrupt"):
                await self.manager.interrupt_kernel()
                continue
            message = self.client.execute(
                request["code"],
                silent=request["silent"],
                store_history=not request["silent"],
                allow_stdin=False,
                stop_on_error=False,
            )
            self.ids[message] = request["id"]

    async def messages(self, channel):
        receive = getattr(self.client, f"get_{channel}_msg")
        while True:
            # Never without end: ZeroMQ signals a message once, and a request that is sent in that moment
            # takes the signal for itself. The message then lies unseen until somebody looks.
            try:
                message = await receive(timeout=RECHECK_SECONDS)
            except queue.Empty:
                continue
            number = self.ids.get(message["parent_header"].get("msg_id"))
            if number is not None:
                kind, content = message["msg_type"], message["content"]
                tell(id=number, channel=channel, type=kind, content=content)

    async def death(self):
        while await self.manager.is_alive():
            await asyncio.sleep(ALIVE_SECONDS)
        tell(type="dead")


async def main():
    # An interrupt reaches the whole group of processes; the parent decides what it means.
    signal.signal(signal.SIGINT, lambda *_: None)
    manager = AsyncKernelManager(kernel_name="deno")
    await manager.start_kernel(cwd=folder, stdout=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=START_SECONDS)
        tell(type="ready")
        bridge = Bridge(manager, client)
        tasks = [bridge.requests(), bridge.messages("iopub"), bridge.messages("shell"), bridge.death()]
        tasks = [asyncio.ensure_future(task) for task in tasks]
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        for task in done:
            task.result()
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


asyncio.run(main())
