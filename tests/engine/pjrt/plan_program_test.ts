import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { PjrtError } from "../../../lib/engine/pjrt/client/pjrt_error.ts";
import { PLAN_ONLY, planProgram } from "../../../lib/engine/pjrt/plan_program.ts";
import { openClient } from "./client/open_client.ts";

const D = 384;
const WEIGHT = `tensor<${D}x${D}xf32>`;

/** A step that updates three weights, donated or not; `more` stands before its end. */
function step({ donated = true, more = "" } = {}): string {
  const weights = [0, 1, 2];
  const alias = (i: number) => donated ? ` {tf.aliasing_output = ${i + 1} : i32}` : "";
  const product = (i: number) =>
    `%h${i} = stablehlo.dot %t${i}, %w${i} : (${WEIGHT}, ${WEIGHT}) -> ${WEIGHT}
     %t${i + 1} = stablehlo.tanh %h${i} : ${WEIGHT}`;
  return `module @step {
    func.func @main(%t0: ${WEIGHT}, ${
    weights.map((i) => `%w${i}: ${WEIGHT}${alias(i)}`).join(", ")
  }) -> (${WEIGHT}, ${weights.map(() => WEIGHT).join(", ")}) {
     ${weights.map(product).join("\n     ")}
     ${weights.map((i) => `%n${i} = stablehlo.subtract %w${i}, %t${i + 1} : ${WEIGHT}`).join("\n")}
     ${more}
     return %h2, %n0, %n1, %n2 : ${WEIGHT}, ${WEIGHT}, ${WEIGHT}, ${WEIGHT}
    } }`;
}

const STOP =
  `%called = stablehlo.custom_call @${PLAN_ONLY}() {has_side_effect = true} : () -> tensor<0xf32>`;

for (const donated of [true, false]) {
  Deno.test(`A compile that stops early says what the whole one does, donated: ${donated}`, async () => {
    using client = openClient();
    using whole = client.compileSync(step({ donated }));
    const { codeBytes: _, ...expected } = whole.memory();
    const { peak, ...planned } = await planProgram(client, step({ donated, more: STOP }));
    assertEquals(planned, expected);
    assertEquals(planned.aliasBytes, donated ? 3 * 4 * D * D : 0);
    // Undonated results serve as scratch memory before they are written.
    assertEquals(peak !== undefined && peak.length > 0, donated);
  });
}

Deno.test("A program that does not stop by itself is planned, too", async () => {
  using client = openClient();
  assertEquals(
    await planProgram(client, step()),
    await planProgram(client, step({ more: STOP })),
  );
});

Deno.test("Planning keeps programs that fail, and not those that only stop", async () => {
  const cacheDir = await Deno.makeTempDir();
  try {
    using client = openClient({ cacheDir });
    await planProgram(client, step({ more: STOP }));
    assertEquals(await Array.fromAsync(Deno.readDir(cacheDir)), []);
    await assertRejects(() => planProgram(client, "module {"), PjrtError, "Cannot compile");
    const kept = await Array.fromAsync(Deno.readDir(join(cacheDir, "pjrt", "failed")));
    assertEquals(kept.length, 1);
  } finally {
    await Deno.remove(cacheDir, { recursive: true });
  }
});
