import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import {
  findPluginOn,
  type FindPluginOptions,
  listPluginsOn,
} from "../../../../lib/engine/pjrt/plugin/find_plugin.ts";
import { PluginUnavailableError } from "../../../../lib/engine/pjrt/plugin/plugin_unavailable_error.ts";
import { FakeMachine } from "./fake_machine.ts";

const CUDA = "jax_plugins/xla_cuda12/xla_cuda_plugin.so";

function find(fake: FakeMachine, options: FindPluginOptions = {}) {
  return findPluginOn(fake.machine, { cacheDir: fake.cacheDir, ...options });
}

function list(fake: FakeMachine) {
  return listPluginsOn(fake.machine, { cacheDir: fake.cacheDir });
}

Deno.test("findPlugin() fetches the plugin for CPUs and nothing else into the cache", async () => {
  await using fake = await FakeMachine.create();
  const plugin = await find(fake);
  assertEquals([plugin.source, plugin.kind], ["fetched wheel", "cpu"]);
  assertEquals((await Deno.stat(plugin.path)).size, 200_000);
  assertEquals(await fake.cacheEntries(), [
    "pjrt",
    "pjrt/xla-cpu-pjrt-0.0.1-manylinux_2_27_x86_64",
    "pjrt/xla-cpu-pjrt-0.0.1-manylinux_2_27_x86_64/manifest.json",
    "pjrt/xla-cpu-pjrt-0.0.1-manylinux_2_27_x86_64/xla_cpu_pjrt.so",
  ]);
});

Deno.test("findPlugin() takes the cached plugin without another download", async () => {
  await using fake = await FakeMachine.create();
  const fetched = await find(fake);
  for (const kind of [undefined, "cpu"] as const) {
    assertEquals(await find(fake, kind ? { kind } : {}), { ...fetched, source: "cache" });
  }
  assertEquals((await fake.pipRuns()).length, 1);
});

Deno.test("findPlugin() of a CPU's plugin in the cache runs no Python", async () => {
  await using fake = await FakeMachine.create();
  await find(fake);
  await fake.setPython("exit 7");
  assertEquals((await find(fake, { kind: "cpu" })).source, "cache");
});

Deno.test("findPlugin() takes the file that QATLAB_PJRT_PLUGIN names before all others", async () => {
  await using fake = await FakeMachine.create();
  await fake.addDevice("nvidiactl");
  await fake.install(CUDA);
  const path = join(fake.folder, "own_plugin.so");
  await Deno.writeTextFile(path, "");
  fake.variables.set("QATLAB_PJRT_PLUGIN", path);
  const plugin = await find(fake);
  const source = "environment variable QATLAB_PJRT_PLUGIN";
  assertEquals(plugin, { path, source, kind: "other" });
});

Deno.test("findPlugin() of a kind passes over a file of another kind in QATLAB_PJRT_PLUGIN", async () => {
  await using fake = await FakeMachine.create();
  fake.variables.set("QATLAB_PJRT_PLUGIN", await fake.install(CUDA));
  assertEquals((await find(fake)).kind, "cuda");
  assertEquals((await find(fake, { kind: "cpu" })).source, "fetched wheel");
});

Deno.test("findPlugin() refuses a missing file in QATLAB_PJRT_PLUGIN", async () => {
  await using fake = await FakeMachine.create();
  fake.variables.set("QATLAB_PJRT_PLUGIN", "/no/plugin.so");
  const error = await assertRejects(() => find(fake), PluginUnavailableError);
  assertMatch(
    error.message,
    /from QATLAB_PJRT_PLUGIN: there is no file \/no\/plugin\.so: set it to/,
  );
});

Deno.test("listPlugins() tells of a missing file in QATLAB_PJRT_PLUGIN, and looks on", async () => {
  await using fake = await FakeMachine.create();
  fake.variables.set("QATLAB_PJRT_PLUGIN", "/no/plugin.so");
  await fake.install(CUDA);
  const [named, ...others] = await list(fake);
  assertEquals([named?.plugin, named?.usable], [undefined, false]);
  assertMatch(named?.reason ?? "", /^there is no file \/no\/plugin\.so: set it to/);
  assertEquals(others.find(({ plugin }) => plugin)?.plugin?.kind, "cuda");
});

for (
  const [path, device, kind] of [
    [CUDA, "nvidiactl", "cuda"],
    ["jax_plugins/xla_rocm7/xla_rocm_plugin.so", "kfd", "rocm"],
    ["jax_plugins/intel_oneapi/pjrt_plugin_xpu.so", "dri/renderD128", "oneapi"],
    ["libtpu/libtpu.so", "accel0", "tpu"],
  ] as const
) {
  Deno.test(`findPlugin() takes an installed plugin for ${kind} where there is the device`, async () => {
    await using fake = await FakeMachine.create();
    const library = await fake.install(path);
    if (path.startsWith("libtpu")) await fake.install("libtpu/__init__.py");
    const without = await find(fake);
    assertEquals(without.kind, "cpu");
    const report = (await list(fake)).find(({ plugin }) => plugin?.kind === kind);
    assertEquals([report?.usable, report?.plugin?.path], [false, library]);
    assertMatch(
      report?.reason ?? "",
      new RegExp(`no device for it, or no driver: .*/dev/${device}`),
    );
    await fake.addDevice(device);
    const found = await find(fake);
    assertEquals([found.kind, found.path], [kind, library]);
    assertEquals((await find(fake, { kind })).path, library);
    assertEquals((await find(fake, { kind: "cpu" })).source, "cache");
  });
}

Deno.test("findPlugin() takes no plugin of an unknown kind, and says how to use it", async () => {
  await using fake = await FakeMachine.create();
  const path = await fake.install("jax_plugins/newchip/pjrt_plugin_newchip.so");
  assertEquals((await find(fake)).kind, "cpu");
  const report = (await list(fake)).find(({ plugin }) => plugin?.path === path);
  assertEquals(report?.usable, false);
  assertEquals(
    report?.reason,
    `it is of an unknown kind: set QATLAB_PJRT_PLUGIN to ${path} to use it`,
  );
});

Deno.test("findPlugin() leaves other libraries beside a plugin alone", async () => {
  await using fake = await FakeMachine.create();
  await fake.addDevice("nvidiactl");
  const path = await fake.install(CUDA);
  await fake.install("jax_plugins/xla_cuda12/libhelper.so");
  await fake.install("jax_plugins/xla_cuda12/version.py");
  const plugins = (await list(fake)).flatMap(({ plugin }) => plugin ? [plugin.path] : []);
  assertEquals(plugins, [path]);
});

for (
  const [folder, library, runtime, nvcc] of [
    ["xla_cuda12", "cuda_runtime/lib/libcudart.so.12", "cublas/lib/libcublas.so.12", "cuda_nvcc"],
    ["xla_cuda13", "cu13/lib/libcudart.so.13", "cu13/lib/libcublas.so.13", "cu13"],
  ] as const
) {
  Deno.test(`findPlugin() names NVIDIA's libraries to load before ${folder}`, async () => {
    await using fake = await FakeMachine.create();
    await fake.addDevice("nvidiactl");
    await fake.install(`jax_plugins/${folder}/xla_cuda_plugin.so`);
    const preload = [
      await fake.install(`nvidia/${library}`),
      await fake.install(`nvidia/${runtime}`),
    ];
    const ptxas = await fake.install(`nvidia/${nvcc}/bin/ptxas`);
    const plugin = await find(fake);
    assertEquals(plugin.preload, preload);
    assertEquals(plugin.cudaDataDir, join(ptxas, "..", ".."));
  });
}

Deno.test("findPlugin() takes an installed plugin for CPUs where none can be fetched", async () => {
  await using fake = await FakeMachine.create();
  const path = await fake.install("xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so");
  const source = "Python package xla_plugins/xla_cpu_pjrt";
  assertEquals(await find(fake, { fetch: false }), { path, source, kind: "cpu" });
  assertEquals(await find(fake, { fetch: false, kind: "cpu" }), { path, source, kind: "cpu" });
});

Deno.test("findPlugin() downloads nothing where QATLAB_OFFLINE is set", async () => {
  await using fake = await FakeMachine.create();
  fake.variables.set("QATLAB_OFFLINE", "1");
  const error = await assertRejects(() => find(fake), PluginUnavailableError);
  assertEquals(
    error.message,
    "Cannot find a PJRT plugin: downloads are switched off: set QATLAB_PJRT_PLUGIN to the shared " +
      "library of one",
  );
  assertEquals(await fake.pipRuns(), []);
  assertEquals(error.reasons.map(({ usable }) => usable), [false, false, false]);
});

Deno.test("findPlugin() says what it saw where a kind is not to be had", async () => {
  await using fake = await FakeMachine.create();
  const path = await fake.install(CUDA);
  const error = await assertRejects(() => find(fake, { kind: "cuda" }), PluginUnavailableError);
  assert(
    error.message.includes(`there is none for cuda on this machine; ${path}: this machine has`),
  );
  assertEquals(await fake.pipRuns(), []);
});

Deno.test("findPlugin() gives pip's reason where the download fails", async () => {
  await using fake = await FakeMachine.create();
  await fake.setPip("no network");
  const error = await assertRejects(() => find(fake), PluginUnavailableError);
  assertMatch(error.message, /^Cannot fetch XLA's plugin for CPUs: /);
  assertEquals(await fake.cacheEntries(), ["pjrt"]);
});

Deno.test("findPlugin() says that there is none to fetch for a platform", async () => {
  await using fake = await FakeMachine.create();
  const machine = { ...fake.machine, os: "darwin" };
  const error = await assertRejects(
    () => findPluginOn(machine, { cacheDir: fake.cacheDir }),
    PluginUnavailableError,
  );
  assertMatch(error.message, /there is no plugin for CPUs of darwin x86_64 to fetch/);
});

Deno.test("findPlugin() ends with the signal's reason", async () => {
  await using fake = await FakeMachine.create();
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => find(fake, { signal }), Error, "enough");
});
