import { assertEquals } from "@std/assert";
import { engine } from "../../mod.ts";
import { memoryLimit, memoryNeed } from "../../lib/train/memory_need.ts";
import { tinyData, tinyTrainee } from "./tiny_trainee.ts";

await engine.start({ backend: "wasm" });

const CPU = { name: "CPU:0", type: "CPU", memoryBytes: 2 ** 28 };
const GIB = 2 ** 30;

Deno.test("memoryNeed() counts activations in the type that the model computes in", () => {
  const model = tinyTrainee();
  const run = { data: tinyData(), batch: 4, accumulation: 1, recompute: "none" } as const;
  const whole = memoryNeed({ ...run, model });
  const half = memoryNeed({ ...run, model: { ...model, compute: "bfloat16" } });
  assertEquals(half.activations, whole.activations / 2);
  assertEquals(half.logits, whole.logits * 3 / 4);
  assertEquals(half.state, whole.state);
});

Deno.test("memoryLimit() is the largest accelerator's memory, where there is one", async () => {
  const gpu = (memoryBytes: number) => ({ name: "GPU", type: "GPU", memoryBytes });
  const { bytes } = await memoryLimit([CPU, gpu(24 * GIB), gpu(80 * GIB)]);
  assertEquals(bytes, 80 * GIB);
});

Deno.test("memoryLimit() refuses nothing on a GPU that does not tell its memory", async () => {
  assertEquals((await memoryLimit([{ name: "WebGPU", type: "GPU" }])).bytes, Infinity);
});

Deno.test("memoryLimit() is the machine's on a CPU, whatever the device tells", async () => {
  const { bytes, owner } = await memoryLimit([CPU]);
  assertEquals(owner, "this machine");
  assertEquals(bytes > 0 && bytes <= Deno.systemMemoryInfo().total, true);
  assertEquals(bytes === CPU.memoryBytes, false);
});
