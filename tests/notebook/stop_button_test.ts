import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { KernelSession } from "../../lib/notebook/kernel_session.ts";
import type { Output } from "../../lib/notebook/mod.ts";
import { runCell } from "../../lib/notebook/run_cell.ts";
import { stopButton } from "../../lib/notebook/stop_button.ts";
import { kernelTest } from "./kernel_test_case.ts";

const STOP_BUTTON = new URL("../../lib/notebook/stop_button.ts", import.meta.url).href;

/** A loop like that of training: it looks at the signal, and gives others their turn. */
const LOOP = `Deno.writeTextFileSync("started", "");
for (const { signal } = stop; !signal.aborted; steps++) await new Promise((go) => setTimeout(go, 5));
"stopped"`;

async function untilThere(path: string): Promise<void> {
  for (;;) {
    try {
      return await Deno.remove(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function valueOf(outputs: readonly Output[]): unknown {
  const result = outputs.find((output) => output.output_type === "execute_result");
  return result?.data["text/plain"];
}

kernelTest("an interrupt stops the cell that asks, and keeps the variables", async (packages) => {
  const folder = await Deno.makeTempDir({ prefix: "qatlab-" });
  try {
    await using kernel = await KernelSession.open({ packages, cwd: folder });
    const opened = await runCell(
      kernel,
      `const { stopButton } = await import(${JSON.stringify(STOP_BUTTON)});
const stop = stopButton();
let steps = 0;`,
    );
    assertEquals(opened.error, undefined);
    // The second press must stop the second run, and the first press must not.
    for (const _ of [1, 2]) {
      const run = runCell(kernel, LOOP);
      await untilThere(join(folder, "started"));
      await kernel.interrupt();
      const { outputs, error } = await run;
      assertEquals([valueOf(outputs), error], ['"stopped"', undefined]);
    }
    // A press while nothing runs does no harm.
    await kernel.interrupt();
    assertEquals(valueOf((await runCell(kernel, "steps > 0")).outputs), "true");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("stopButton() says that it needs a notebook", () => {
  assertThrows(() => stopButton(), Error, "Cannot make a stop button here");
});
