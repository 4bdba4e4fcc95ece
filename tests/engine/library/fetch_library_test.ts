import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dirname, join } from "node:path";
import type { FetchProgress } from "../../../lib/io/pip/fetch_progress.ts";
import { findLibraryOn } from "../../../lib/engine/library/find_library.ts";
import { LibraryUnavailableError } from "../../../lib/engine/library/library_unavailable_error.ts";
import type { PipMode } from "../../io/pip/fake_python.ts";
import { FakeMachine, fullCache } from "./fake_machine.ts";

function find(fake: FakeMachine, cacheDir: string = fake.cacheDir) {
  return findLibraryOn(fake.machine, { cacheDir });
}

function refused(fake: FakeMachine, cacheDir?: string): Promise<LibraryUnavailableError> {
  return assertRejects(() => find(fake, cacheDir), LibraryUnavailableError);
}

Deno.test("findLibrary() fetches the two libraries and nothing else into the cache", async () => {
  await using fake = await FakeMachine.create();
  const library = await find(fake);
  assertEquals(library.origin, "fetched wheel");
  assertEquals(library.version, "2.21.0");
  assertEquals(library.cuda, false);
  assertEquals(await fake.cacheEntries(), fullCache);
  for (const path of [library.core, library.framework]) {
    const name = path.slice(dirname(path).length + 1);
    assertEquals(await Deno.readFile(path), fake.fake.libraries.get(name));
  }
});

Deno.test("findLibrary() takes the cached library without another download", async () => {
  await using fake = await FakeMachine.create();
  const fetched = await find(fake);
  const cached = await find(fake);
  assertEquals(cached.origin, "cache");
  assertEquals(cached.core, fetched.core);
  assertEquals((await fake.pipRuns()).length, 1);
});

Deno.test("findLibrary() asks pip for the same wheel whatever the local Python is", async () => {
  await using fake = await FakeMachine.create();
  await find(fake);
  const [run] = await fake.pipRuns();
  const options = run?.arguments.filter((argument) => !argument.startsWith("--dest="));
  assertEquals(options, [
    "download",
    "tensorflow-cpu==2.21.0",
    "--no-deps",
    "--only-binary=:all:",
    "--python-version=3.12",
    "--implementation=cp",
    "--abi=cp312",
    "--platform=manylinux_2_27_x86_64",
    "--no-cache-dir",
    "--no-input",
    "--progress-bar=off",
    "--disable-pip-version-check",
  ]);
});

Deno.test("findLibrary() fetches by the real pip from a folder of wheels", async () => {
  await using fake = await FakeMachine.create();
  await fake.setPython(
    `export PIP_NO_INDEX=1 PIP_FIND_LINKS='${fake.folder}'\nexec python3 "$@"`,
  );
  // Only the fetch is tried: the real Python may have the package.
  const { fetchLibrary } = await import("../../../lib/engine/library/fetch_library.ts");
  const { cacheDir, python } = fake;
  const { downloaded } = await fetchLibrary(fake.wheel, { cacheDir, python });
  assertEquals(downloaded, true);
  assertEquals(await fake.cacheEntries(), fullCache);
});

Deno.test("findLibrary() reports growing progress up to the end of each phase", async () => {
  await using fake = await FakeMachine.create({ pip: "slow" });
  const seen: FetchProgress[] = [];
  await findLibraryOn(fake.machine, {
    cacheDir: fake.cacheDir,
    onProgress: (progress) => seen.push(progress),
  });
  assertEquals([...new Set(seen.map(({ phase }) => phase))], ["download", "verify", "unpack"]);
  for (const phase of ["verify", "unpack"]) {
    const steps = seen.filter((progress) => progress.phase === phase);
    const done = steps.map((step) => step.done);
    assertEquals(done, done.toSorted((a, b) => a - b));
    assertEquals(done.at(-1), steps.at(-1)?.total);
  }
});

const faults: [PipMode, RegExp][] = [
  ["truncated", /Refused the downloaded tensorflow_cpu.*whl.*has \d+ bytes instead of \d+: try/],
  ["altered", /Refused the downloaded .*whl.*SHA-256 is [0-9a-f]{64} instead of .*mirror/],
  ["other file", /pip brought another file than tensorflow_cpu-2.21.0-.*check pip's configuration/],
  ["no network", /cannot reach its package index: check the network.*\(pip said: ERROR: No match/],
  ["not offered", /does not offer tensorflow_cpu-2.21.0-.*\(pip said: ERROR: No matching/],
  ["disk full", /the disk of .*cache is full: free 0\.\d GiB there, or set QATLAB_CACHE/],
  ["crash", /pip ended with code 1 .*\(pip said: ValueError: a fault of pip's own\)/],
];

for (const [mode, message] of faults) {
  Deno.test(`findLibrary() names the remedy and leaves nothing when pip's result is: ${mode}`, async () => {
    await using fake = await FakeMachine.create({ pip: mode });
    const error = await refused(fake);
    assertMatch(error.message, message);
    assertEquals(await fake.cacheEntries(), ["tensorflow"]);
    await fake.setPip("works");
    assertEquals((await find(fake)).origin, "fetched wheel");
  });
}

Deno.test("findLibrary() says what to install where Python is missing", async () => {
  await using fake = await FakeMachine.create();
  await Deno.remove(fake.python);
  const error = await refused(fake);
  assertMatch(
    error.message,
    /python3 is not on the PATH: install Python 3 with pip, or set QATLAB/,
  );
  assertEquals(await fake.cacheEntries(), ["tensorflow"]);
});

Deno.test("findLibrary() says what to install where pip is missing", async () => {
  await using fake = await FakeMachine.create();
  await fake.setPython(`exec python3 -S "$@"`);
  const error = await refused(fake);
  assertMatch(error.message, /python3 has no pip: install it, e.g. with .*-m ensurepip/);
  assertEquals(await fake.cacheEntries(), ["tensorflow"]);
});

Deno.test("findLibrary() explains that the real pip reaches no index", async () => {
  await using fake = await FakeMachine.create();
  // Port 1 of this machine refuses connections.
  await fake.setPython(`
export PIP_INDEX_URL=http://127.0.0.1:1/ PIP_RETRIES=1 PIP_CONFIG_FILE=/dev/null
unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL PIP_NO_INDEX
exec python3 "$@"`);
  const { fetchLibrary } = await import("../../../lib/engine/library/fetch_library.ts");
  const { cacheDir, python } = fake;
  const error = await assertRejects(
    () => fetchLibrary(fake.wheel, { cacheDir, python }),
    LibraryUnavailableError,
  );
  assertMatch(error.message, /pip cannot reach its package index/);
});

Deno.test("findLibrary() names QATLAB_CACHE where the cache folder cannot be written", async () => {
  await using fake = await FakeMachine.create();
  // A file in the place of a folder stops root too, whom the modes of a folder would not stop.
  const file = join(fake.folder, "file");
  await Deno.writeTextFile(file, "");
  const error = await refused(fake, join(file, "cache"));
  assertMatch(
    error.message,
    /Cannot write .* into the cache folder .*set QATLAB_CACHE to a folder/,
  );
  assertEquals(await fake.pipRuns(), []);
});

Deno.test("findLibrary() replaces a damaged cache", async () => {
  await using fake = await FakeMachine.create();
  const { core } = await find(fake);
  const whole = await Deno.readFile(core);
  const damages: (() => Promise<void>)[] = [
    () => Deno.truncate(core, 10),
    () => Deno.remove(core),
    () => Deno.writeTextFile(join(dirname(core), "manifest.json"), "{"),
    () => Deno.writeTextFile(join(dirname(core), "manifest.json"), "null"),
    () => Deno.remove(join(dirname(core), "manifest.json")),
  ];
  for (const damage of damages) {
    await damage();
    assertEquals((await find(fake)).origin, "fetched wheel");
    assertEquals(await Deno.readFile(core), whole);
    assertEquals(await fake.cacheEntries(), fullCache);
  }
});

Deno.test("findLibrary() ends at once when the signal comes, and pip with it", async () => {
  await using fake = await FakeMachine.create({ pip: "hang" });
  const abort = new AbortController();
  const reason = new Error("enough");
  const error = await assertRejects(() =>
    findLibraryOn(fake.machine, {
      cacheDir: fake.cacheDir,
      signal: abort.signal,
      onProgress: ({ done }) => done > 0 && abort.abort(reason),
    })
  );
  assert(error === reason);
  assertEquals(await fake.cacheEntries(), ["tensorflow"]);
  assertEquals((await fake.pipRuns()).length, 1);
});
