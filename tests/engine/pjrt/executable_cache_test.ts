import { assertEquals, assertThrows } from "@std/assert";
import { PjrtError } from "../../../lib/engine/pjrt/client/pjrt_error.ts";
import { ExecutableCache } from "../../../lib/engine/pjrt/executable_cache.ts";
import { openClient } from "../../../lib/engine/pjrt/open_client.ts";
import { findPlugin } from "../../../lib/engine/pjrt/plugin/mod.ts";

const client = openClient(await findPlugin({ kind: "cpu" }));
const signature = [{ dtype: "float32", shape: [2] }] as const;

const DOUBLE = `module @double {
  func.func public @main(%x: tensor<2xf32>) -> tensor<2xf32> {
    %y = stablehlo.add %x, %x : tensor<2xf32>
    return %y : tensor<2xf32>
  }
}`;

async function withFolder(use: (folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function cached(folder: string, text = DOUBLE, passes: string[] = []): number[] {
  const cache = new ExecutableCache(client, { folder, leastSeconds: 0 });
  using program = cache.compile(text, { signature, disablePasses: passes });
  using input = client.toDevice(new Uint8Array(Float32Array.of(1, -3).buffer), "float32", [2]);
  const [output] = program.run([input]);
  return [...new Float32Array(output!.read().buffer)];
}

function filesOf(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("a program that was kept is loaded and gives the same", () =>
  withFolder((folder) => {
    assertEquals(cached(folder), [2, -6]);
    const [file = ""] = filesOf(folder);
    const before = Deno.readFileSync(`${folder}/${file}`);
    // Would be written again, were it compiled again.
    Deno.chmodSync(`${folder}/${file}`, 0o400);
    assertEquals(cached(folder), [2, -6]);
    assertEquals(filesOf(folder), [file]);
    assertEquals(Deno.statSync(`${folder}/${file}`).mode! & 0o777, 0o400);
    assertEquals(Deno.readFileSync(`${folder}/${file}`), before);
  }));

Deno.test("a program that was kept still writes over donated inputs", () =>
  withFolder((folder) => {
    const text = DOUBLE.replace(
      "%x: tensor<2xf32>",
      "%x: tensor<2xf32> {tf.aliasing_output = 0 : i32}",
    );
    const cache = new ExecutableCache(client, { folder, leastSeconds: 0 });
    for (let i = 0; i < 2; i++) {
      using program = cache.compile(text, { signature });
      assertEquals(program.memory().aliasBytes, 8);
      const input = client.toDevice(new Uint8Array(8), "float32", [2]);
      program.run([input], [0]);
      assertEquals(input.consumed, true);
    }
    assertEquals(filesOf(folder).length, 1);
  }));

Deno.test("other texts and other passes are other programs", () =>
  withFolder((folder) => {
    cached(folder);
    cached(folder, DOUBLE, ["cse_barrier_expander"]);
    assertEquals(cached(folder, DOUBLE.replace("add", "multiply")), [1, 9]);
    assertEquals(filesOf(folder).length, 3);
  }));

Deno.test("a file that was cut or changed is compiled again, not run", () =>
  withFolder((folder) => {
    cached(folder);
    const [file = ""] = filesOf(folder);
    const path = `${folder}/${file}`;
    const whole = Deno.readFileSync(path);
    const changed = whole.slice();
    changed[whole.length >> 1]! ^= 1;
    for (const bad of [whole.subarray(0, whole.length >> 1), changed, new Uint8Array()]) {
      Deno.writeFileSync(path, bad);
      assertEquals(cached(folder), [2, -6]);
    }
    assertEquals(filesOf(folder), [file]);
  }));

Deno.test("without a folder that can be written programs run all the same", () => {
  assertEquals(cached("/dev/null/programs"), [2, -6]);
});

Deno.test("a program that does not compile is an error, and nothing is kept", () =>
  withFolder((folder) => {
    assertThrows(() => cached(folder, "module { nonsense }"), PjrtError);
    assertEquals(filesOf(folder), []);
  }));
