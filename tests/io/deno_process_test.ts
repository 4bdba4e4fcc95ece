import { assertEquals, assertThrows } from "@std/assert";
import { denoProcess } from "../../lib/io/deno_process.ts";

const MODULE = new URL("deno_process_child.ts", import.meta.url);

Deno.test("denoProcess() runs a module with its arguments and the tasks' permissions", async () => {
  const { success, stdout } = await denoProcess(MODULE, {
    args: ["a b", "c"],
    env: { QATLAB_TEST_VALUE: "1" },
    purpose: "test",
  }).output();
  assertEquals(success, true);
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
    args: ["a b", "c"],
    value: "1",
    network: "prompt",
  });
});

Deno.test({
  name: "denoProcess() says what cannot be done where Deno must not be run",
  permissions: { read: true, run: false },
  fn() {
    assertThrows(
      () => denoProcess(MODULE, { purpose: "measure a step" }),
      Error,
      "Cannot measure a step: the program may not run Deno: give it --allow-run=deno",
    );
  },
});
