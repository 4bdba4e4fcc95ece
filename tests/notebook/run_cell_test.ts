import { assertEquals } from "@std/assert";
import type { KernelMessage } from "../../lib/notebook/kernel_session.ts";
import { type CellKernel, runCell } from "../../lib/notebook/run_cell.ts";

type Said = Pick<KernelMessage, "type" | "content">;

/** A kernel that says `early` before it is idle, and `late` under the name of the next request. */
function lateKernel(early: readonly Said[], late: readonly Said[]): CellKernel {
  const queue: KernelMessage[] = [];
  let requests = 0;
  const say = (id: number, said: readonly Said[]) => {
    for (const message of said) queue.push({ id, channel: "iopub", ...message });
  };
  const idle = { type: "status", content: { execution_state: "idle" } };
  return {
    request(code) {
      const id = ++requests;
      if (id === 1) {
        queue.push({ id, channel: "shell", type: "execute_reply", content: { status: "ok" } });
        say(id, [...early, idle]);
      } else {
        const mark = code.match(/mark-[0-9a-f-]+/)?.[0] ?? "";
        const data = { "application/x-qatlab-mark": mark };
        say(id, [
          idle,
          ...late,
          print("stderr", `${mark}\n`),
          print("stdout", `end\n${mark}\n`),
          { type: "display_data", content: { data } },
        ]);
      }
      return Promise.resolve(id);
    },
    next: () => Promise.resolve(queue.shift() ?? unexpected()),
  };
}

function unexpected(): never {
  throw new Error("There is no message left");
}

function print(name: string, text: string): Said {
  return { type: "stream", content: { name, text } };
}

Deno.test("runCell() takes outputs that come after the cell is said to be done", async () => {
  const display = { type: "display_data", content: { data: { "text/plain": "late" } } };
  const kernel = lateKernel([print("stdout", "start\n")], [display]);
  assertEquals((await runCell(kernel, "cell")).outputs, [
    { output_type: "stream", name: "stdout", text: "start\nend\n" },
    { output_type: "display_data", data: { "text/plain": "late" }, metadata: {} },
  ]);
});

Deno.test("runCell() puts an update into the display of an earlier cell", async () => {
  const displays = new Map();
  const show = (type: string, text: string): Said => ({
    type,
    content: { data: { "text/plain": text }, transient: { display_id: "curve" } },
  });
  const first = await runCell(lateKernel([show("display_data", "step 1")], []), "1", displays);
  const second = await runCell(
    lateKernel([show("update_display_data", "step 2")], []),
    "2",
    displays,
  );
  assertEquals(
    first.outputs.map((output) => "data" in output && output.data["text/plain"]),
    ["step 2", false],
  );
  assertEquals(second.outputs.map(({ output_type }) => output_type), ["stream"]);
});
