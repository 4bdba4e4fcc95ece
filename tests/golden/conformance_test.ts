// The engine's ops against PyTorch, forward and gradient, on every backend; conformance/ holds the
// vectors and the script that made them.
import { assertEquals } from "@std/assert";
import type { BackendName } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { openGoldenFolder, readCase } from "./golden_folder.ts";
import { IMPLEMENTATIONS } from "./implementations.ts";
import { implementationOf } from "./registry.ts";
import { runCase, type RunMode } from "./run_case.ts";
import { modesOf, startForGolden } from "./run_golden.ts";

const folder = await openGoldenFolder(new URL("conformance", import.meta.url).pathname);
const adapter = await navigator.gpu?.requestAdapter();

Deno.test("every conformance case has an implementation", () => {
  const missing = folder.cases.filter(({ name }) => !implementationOf(IMPLEMENTATIONS, name));
  assertEquals(missing.map(({ name }) => name), []);
});

testBackend("tensorflow");
testBackend("wasm");
testBackend("webgpu", adapter ? undefined : "WebGPU finds no adapter");
testBackend("pjrt");

function testBackend(backend: BackendName, ignored?: string) {
  for (const mode of modesOf(backend)) {
    Deno.test({
      name: `${backend}, ${mode}: conforms with PyTorch${ignored ? ` (ignored: ${ignored})` : ""}`,
      ignore: ignored !== undefined,
      fn: (t) => conform(t, backend, mode),
    });
  }
}

async function conform(t: Deno.TestContext, backend: BackendName, mode: RunMode) {
  await startForGolden(backend);
  for (const goldenCase of casesFor(backend)) {
    const implementation = implementationOf(IMPLEMENTATIONS, goldenCase.name);
    if (!implementation) continue;
    await t.step(goldenCase.name, async () => {
      const tensors = await readCase(folder, goldenCase);
      const before = tf.memory().numTensors;
      const { problem } = await runCase(goldenCase, { tensors, implementation, mode });
      assertEquals(problem, undefined);
      assertEquals(tf.memory().numTensors, before, "tensors are left behind");
    });
  }
}

// On pjrt every op of every case is compiled for itself; `deno task golden --backend pjrt` runs them all.
function casesFor(backend: BackendName) {
  return backend === "pjrt" ? folder.cases.filter((_, i) => i % 4 === 0) : folder.cases;
}
