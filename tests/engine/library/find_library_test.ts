import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join, relative } from "node:path";
import { findLibrary, findLibraryOn } from "../../../lib/engine/library/find_library.ts";
import { LibraryUnavailableError } from "../../../lib/engine/library/library_unavailable_error.ts";
import { FakeMachine, installPackage } from "./fake_machine.ts";

function look(fake: FakeMachine, options: { cuda?: boolean } = {}) {
  return findLibraryOn(fake.machine, { ...options, cacheDir: fake.cacheDir, fetch: false });
}

Deno.test("findLibrary() prefers the environment variable, then Python, then the cache", async () => {
  await using fake = await FakeMachine.create();
  await findLibraryOn(fake.machine, { cacheDir: fake.cacheDir });
  assertEquals((await look(fake)).origin, "cache");

  const installed = await installPackage(fake.sitePackages);
  const fromPython = await look(fake);
  assertEquals(fromPython.origin, "Python package tensorflow-cpu 2.21.0");
  assertEquals(fromPython.core, join(installed, "libtensorflow_cc.so.2"));
  assertEquals(fromPython.framework, join(installed, "libtensorflow_framework.so.2"));

  const named = await installPackage(join(fake.folder, "named"));
  fake.variables.set("QATLAB_TENSORFLOW", named);
  const fromVariable = await look(fake);
  assertEquals(fromVariable.origin, "environment variable QATLAB_TENSORFLOW");
  assertEquals(fromVariable.core, join(named, "libtensorflow_cc.so.2"));
});

Deno.test("findLibrary() tells for each source why it was or was not taken", async () => {
  await using fake = await FakeMachine.create();
  await installPackage(fake.sitePackages, { distribution: "tensorflow_cpu-2.15.1" });
  const { reasons } = await findLibraryOn(fake.machine, { cacheDir: fake.cacheDir });
  assertEquals(reasons.map(({ source, taken }) => [source, taken]), [
    ["environment variable QATLAB_TENSORFLOW", false],
    ["Python package", false],
    ["cache", false],
    ["pip download", true],
  ]);
  assertMatch(
    reasons[1]?.reason ?? "",
    /holds version 2\.15\.1, but 2\.16 or a later 2\.x is needed/,
  );
});

Deno.test("findLibrary() refuses a folder of the environment variable that will not do", async () => {
  await using fake = await FakeMachine.create();
  fake.variables.set("QATLAB_TENSORFLOW", join(fake.folder, "nothing"));
  const missing = await assertRejects(() => look(fake), LibraryUnavailableError);
  assertMatch(
    missing.message,
    /from QATLAB_TENSORFLOW: .*nothing holds no libtensorflow_cc\.so\.2: set it .*or unset it$/,
  );
  const old = await installPackage(fake.sitePackages, { distribution: "tensorflow-2.9.1" });
  fake.variables.set("QATLAB_TENSORFLOW", old);
  const refused = await assertRejects(() => look(fake), LibraryUnavailableError);
  assertMatch(refused.message, /holds version 2\.9\.1/);
  assertEquals(refused.reasons.length, 1);
});

Deno.test("findLibrary() only looks when downloads are switched off", async () => {
  await using fake = await FakeMachine.create();
  const error = await assertRejects(() => look(fake), LibraryUnavailableError);
  assertMatch(error.message, /downloads are switched off: install .*or set QATLAB_TENSORFLOW/);
  assertEquals(error.reasons.length, 4);
  assertEquals(await fake.pipRuns(), []);
});

Deno.test("findLibrary() downloads nothing where QATLAB_OFFLINE is 1, unless it is told to", async () => {
  await using fake = await FakeMachine.create();
  const { cacheDir, variables } = fake;
  variables.set("QATLAB_OFFLINE", "1");
  const error = await assertRejects(
    () => findLibraryOn(fake.machine, { cacheDir }),
    LibraryUnavailableError,
  );
  assertMatch(error.message, /downloads are switched off/);
  assertEquals(await fake.pipRuns(), []);
  const told = await findLibraryOn(fake.machine, { cacheDir, fetch: true });
  assertEquals(told.origin, "fetched wheel");
});

Deno.test("findLibrary() names the platform for which there is no wheel", async () => {
  await using fake = await FakeMachine.create();
  const machine = { ...fake.machine, os: "linux", arch: "riscv64" };
  const error = await assertRejects(() => findLibraryOn(machine), LibraryUnavailableError);
  assertMatch(error.message, /there is no wheel for linux riscv64: install the Python package/);
  const withCuda = await assertRejects(
    () => findLibraryOn(fake.machine, { cuda: true }),
    LibraryUnavailableError,
  );
  assertMatch(withCuda.message, /there is no CUDA wheel for linux x86_64/);
});

Deno.test("findLibrary() names the variables where no cache folder is known", async () => {
  await using fake = await FakeMachine.create();
  const error = await assertRejects(() => findLibraryOn(fake.machine), LibraryUnavailableError);
  assertMatch(error.message, /no cache folder is known: neither QATLAB_CACHE nor HOME is set/);
});

Deno.test("findLibrary() passes over a library without CUDA when CUDA is asked for", async () => {
  await using fake = await FakeMachine.create({ cuda: true });
  await installPackage(fake.sitePackages);
  const library = await findLibraryOn(fake.machine, { cacheDir: fake.cacheDir, cuda: true });
  assertEquals(library.origin, "fetched wheel");
  assertEquals(library.cuda, true);
  assertMatch(library.reasons[1]?.reason ?? "", /was built without CUDA/);
  assertEquals((await look(fake, { cuda: true })).origin, "cache");
});

Deno.test("findLibrary() takes a cached library with CUDA where none is asked for", async () => {
  await using fake = await FakeMachine.create({ cuda: true });
  await findLibraryOn(fake.machine, { cacheDir: fake.cacheDir, cuda: true });
  assertEquals((await look(fake)).origin, "cache");
});

Deno.test("findLibrary() lists NVIDIA's libraries after those that they need", async () => {
  await using fake = await FakeMachine.create();
  await installPackage(fake.sitePackages, { distribution: "tensorflow-2.21.0", cuda: true });
  const nvidia = join(fake.sitePackages, "nvidia");
  for (
    const path of [
      "cusolver/lib/libcusolver.so.11",
      "cublas/lib/libcublas.so.12",
      "cublas/lib/libcublasLt.so.12",
      "nvjitlink/lib/libnvJitLink.so.12",
      "cusparse/lib/libcusparse.so.12",
      "cuda_nvcc/bin/ptxas",
    ]
  ) {
    await Deno.mkdir(join(nvidia, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(nvidia, path), "");
  }
  const { preload, cudaDataDir, reasons } = await look(fake, { cuda: true });
  assertEquals(preload.map((path) => path.split("/").at(-1)), [
    "libnvJitLink.so.12",
    "libcublasLt.so.12",
    "libcublas.so.12",
    "libcusparse.so.12",
    "libcusolver.so.11",
  ]);
  assertEquals(cudaDataDir, join(nvidia, "cuda_nvcc"));
  const report = reasons.at(-1)?.reason ?? "";
  assertMatch(report, /pip install nvidia-cuda-runtime-cu12 .*nvidia-cudnn-cu12 nvidia-nccl-cu12/);
  assert(!report.includes("nvidia-cublas-cu12"));
});

Deno.test("findLibrary() accepts a relative cache folder and returns absolute paths", async () => {
  await using fake = await FakeMachine.create();
  const cacheDir = relative(Deno.cwd(), fake.cacheDir);
  const { core } = await findLibraryOn(fake.machine, { cacheDir });
  assert(core.startsWith(fake.cacheDir));
});

Deno.test("findLibrary() reads the environment of this process", async () => {
  await using fake = await FakeMachine.create();
  const before = Deno.env.get("QATLAB_TENSORFLOW");
  try {
    Deno.env.set("QATLAB_TENSORFLOW", join(fake.folder, "nothing"));
    const error = await assertRejects(() => findLibrary(), LibraryUnavailableError);
    assertMatch(error.message, /from QATLAB_TENSORFLOW: .*nothing holds no libtensorflow_cc/);
  } finally {
    if (before === undefined) Deno.env.delete("QATLAB_TENSORFLOW");
    else Deno.env.set("QATLAB_TENSORFLOW", before);
  }
});
