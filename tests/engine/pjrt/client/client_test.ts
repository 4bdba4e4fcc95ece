import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { join } from "node:path";
import { PjrtError } from "../../../../lib/engine/pjrt/client/pjrt_error.ts";
import { PjrtClient } from "../../../../lib/engine/pjrt/client/client.ts";
import { cpuPlugin, doubling, floats, numbers, openClient } from "./open_client.ts";

Deno.test("PjrtClient.open() tells of the platform and its one device", () => {
  using client = openClient();
  assertEquals(client.platform, "cpu");
  assertEquals(client.apiVersion[0], 0);
  assertEquals(client.devices.map(({ id, kind }) => [id, kind]), [[0, "cpu"]]);
  assertEquals(client.devices[0]?.memoryStats(), undefined);
});

Deno.test("PjrtClient.open() says that a plugin finds no device", () => {
  const error = assertThrows(
    () => openClient({ clientOptions: { cpu_device_count: 0 } }),
    PjrtError,
    `${cpuPlugin.path} finds no device on this machine`,
  );
  assertEquals(error.code, "not found");
});

Deno.test("PjrtClient.open() refuses a file that is no plugin", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "not a library");
    for (const file of [path, `${path}-missing`]) {
      assertThrows(
        () => PjrtClient.open({ path: file, source: "test", kind: "other" }),
        TypeError,
        `Cannot use ${file} as a PJRT plugin: `,
      );
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("compile() and compileSync() give programs that compute the same", async () => {
  using client = openClient();
  const x = client.toDevice(floats(1, 2, 3), "float32", [3]);
  for (
    const program of [client.compileSync(doubling("3")), await client.compile(doubling("3"))]
  ) {
    const [y] = program.run([x]);
    assertEquals(y && numbers(y.read()), [2, 4, 6]);
  }
});

Deno.test("compile() lets timers run meanwhile", async () => {
  using client = openClient();
  const layers = Array.from({ length: 60 }, (_, i) => `
    %a${
    i + 1
  } = stablehlo.dot %a${i}, %a${i} : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
    %t${i + 1} = stablehlo.tanh %a${i + 1} : tensor<8x8xf32>`);
  const text = `module @deep { func.func @main(%a0: tensor<8x8xf32>) -> tensor<8x8xf32> {
    ${layers.join("")}
    return %t60 : tensor<8x8xf32> } }`;
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  try {
    await client.compile(text);
  } finally {
    clearInterval(timer);
  }
  assertGreaterOrEqual(ticks, 2);
});

Deno.test("A failed compile gives the compiler's message and keeps the program in a file", async () => {
  const cacheDir = await Deno.makeTempDir();
  try {
    using client = openClient({ cacheDir });
    const text = "module { func.func @main() { stablehlo.no_such_op } }";
    const errors = [
      assertThrows(() => client.compileSync(text), PjrtError),
      await assertRejects(() => client.compile(text), PjrtError),
    ];
    for (const error of errors) {
      assertMatch(error.message, /^Cannot compile a program for cpu: .*no_such_op/);
      assertEquals(error.call, "Client_Compile");
      const path = /the program is in (\S+)$/.exec(error.message)?.[1] ?? "";
      assert(path.startsWith(join(cacheDir, "pjrt", "failed")), path);
      assertEquals(await Deno.readTextFile(path), text);
    }
  } finally {
    await Deno.remove(cacheDir, { recursive: true });
  }
});

Deno.test("A failed compile gives the compiler's message where no file can be written", async () => {
  const cacheDir = await Deno.makeTempFile();
  try {
    using client = openClient({ cacheDir });
    const error = assertThrows(() => client.compileSync("not a program"), PjrtError);
    assert(!error.message.includes("the program is in"));
  } finally {
    await Deno.remove(cacheDir);
  }
});

Deno.test("toDevice() refuses bytes that do not fit the shape", () => {
  using client = openClient();
  assertThrows(
    () => client.toDevice(floats(1, 2, 3), "float32", [2, 2]),
    RangeError,
    "A tensor of float32 [2, 2] has 16 bytes: 12 were given",
  );
});

Deno.test("toDevice() refuses types that no device holds", () => {
  using client = openClient();
  assertThrows(() => client.toDevice(new Uint8Array(), "string", []), TypeError, "'string'");
});

Deno.test("toDevice() keeps the values when the host's bytes change afterwards", () => {
  using client = openClient();
  const bytes = new Uint8Array(Float32Array.from({ length: 1 << 20 }, (_, i) => i).buffer);
  const kept = bytes.slice();
  const x = client.toDevice(bytes, "float32", [1 << 20]);
  bytes.fill(0);
  assertEquals(x.read(), kept);
});

Deno.test("A disposed client frees what it made, and says so when it is used", () => {
  const client = openClient();
  const program = client.compileSync(doubling("1"));
  const x = client.toDevice(floats(1), "float32", [1]);
  client[Symbol.dispose]();
  client[Symbol.dispose]();
  assertThrows(() => client.compileSync(doubling("1")), TypeError, "disposed");
  assertThrows(() => client.toDevice(floats(1), "float32", [1]), TypeError, "disposed");
  assertThrows(() => program.run([x]), TypeError, "disposed");
  assertThrows(() => x.read(), TypeError, "disposed");
});

Deno.test("A client that is disposed while it compiles ends when the compiler does", async () => {
  const client = openClient();
  const compiled = client.compile(doubling("1"));
  client[Symbol.dispose]();
  await assertRejects(() => compiled, TypeError, "disposed");
});

Deno.test("A process with a plugin ends with its own exit code", async () => {
  const config = new URL("../../../../deno.json", import.meta.url).pathname;
  const client = new URL("../../../../lib/engine/pjrt/client/client.ts", import.meta.url).href;
  for (const [ending, expected] of [["", 0], ["throw new Error('end')", 1]] as const) {
    const script = `
      import { PjrtClient } from ${JSON.stringify(client)};
      const client = PjrtClient.open(${JSON.stringify(cpuPlugin)});
      client.compileSync(${JSON.stringify(doubling("1"))});
      ${ending}`;
    const { code, signal } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--config", config, script],
      stdout: "null",
      stderr: "null",
    }).output();
    assertEquals([code, signal], [expected, null]);
  }
});
