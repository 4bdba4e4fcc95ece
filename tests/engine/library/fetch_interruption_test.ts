import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findLibraryOn } from "../../../lib/engine/library/find_library.ts";
import { FakeMachine, fullCache } from "./fake_machine.ts";
import { fetchArguments, type FetchProcessTask, startFetch } from "./fetch_process.ts";

function task(fake: FakeMachine, options: Pick<FetchProcessTask, "dieIn"> = {}): FetchProcessTask {
  return { python: fake.python, wheel: fake.wheel, cacheDir: fake.cacheDir, ...options };
}

for (const dieIn of ["download", "verify", "unpack"] as const) {
  Deno.test(`findLibrary() recovers from a fetch killed in the phase: ${dieIn}`, async () => {
    await using fake = await FakeMachine.create({
      pip: dieIn === "download" ? "hang" : "works",
      coreBytes: 12 << 20,
    });
    const { signal } = await startFetch(task(fake, { dieIn })).output();
    assertEquals(signal, "SIGKILL");
    // The dead process left its staging folder, but nothing that looks like a library.
    assert((await fake.cacheEntries()).some((name) => name.startsWith("tensorflow/.fetch-")));
    assert(!(await fake.cacheEntries()).includes(fullCache[1] ?? ""));
    await fake.setPip("works");
    const library = await findLibraryOn(fake.machine, { cacheDir: fake.cacheDir });
    assertEquals(library.origin, "fetched wheel");
    assertEquals(await fake.cacheEntries(), fullCache);
    assertEquals(
      await Deno.readFile(library.core),
      fake.fake.libraries.get("libtensorflow_cc.so.2"),
    );
  });
}

Deno.test("pip ends when the process that fetches is killed", async () => {
  await using fake = await FakeMachine.create({ pip: "hang" });
  await startFetch(task(fake, { dieIn: "download" })).output();
  await delay(500);
  const beats = await fake.pipBeats();
  await delay(500);
  assertEquals(await fake.pipBeats(), beats);
});

Deno.test("findLibrary() in two processes at once downloads once", async () => {
  await using fake = await FakeMachine.create({ pip: "slow" });
  const outputs = await Promise.all(
    [1, 2].map(() => startFetch(task(fake)).output()),
  );
  const text = new TextDecoder();
  for (const { success, stderr } of outputs) assert(success, text.decode(stderr));
  assertEquals(outputs.map(({ stdout }) => text.decode(stdout)).sort(), ["cache", "fetched wheel"]);
  assertEquals((await fake.pipRuns()).length, 1);
  assertEquals(await fake.cacheEntries(), fullCache);
});

Deno.test("findLibrary() says that it waits for another process, and stops waiting on a signal", async () => {
  await using fake = await FakeMachine.create();
  const folder = join(fake.cacheDir, "tensorflow");
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(join(folder, ".lock"), { write: true, create: true });
  await lock.lock(true);
  const abort = new AbortController();
  const phases: string[] = [];
  const error = await findLibraryOn(fake.machine, {
    cacheDir: fake.cacheDir,
    signal: abort.signal,
    onProgress({ phase }) {
      phases.push(phase);
      abort.abort(new Error("enough"));
    },
  }).catch((error) => error);
  assertEquals(error, abort.signal.reason);
  assertEquals(phases, ["wait"]);
});

// A file system of 8 MiB in a mount namespace of its own, which ends with the process.
const onSmallDisk = 'mount -t tmpfs -o size=8m none "$1" && shift && exec "$@"';

// Runs a command and then lists what it left of the cache, hidden names too but for the lock.
const andList = 'dir="$1"; shift; "$@"; code=$?; ' +
  'echo "left:" $(cd "$dir/cache" && find . ! -name .lock | sort) >&2; exit $code';

async function canMount(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("unshare", {
      args: ["-rm", "sh", "-c", onSmallDisk, "sh", "/mnt", "true"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "findLibrary() names the remedy when the disk fills up while it unpacks",
  // Elsewhere tests/io/pip/storage_fault_test.ts covers the message alone.
  ignore: !await canMount(),
  async fn() {
    await using fake = await FakeMachine.create({ coreBytes: 12 << 20 });
    const disk = join(fake.folder, "disk");
    await Deno.mkdir(disk);
    const cacheDir = join(disk, "cache");
    const fetch = [Deno.execPath(), ...fetchArguments({ ...task(fake), cacheDir })];
    const { code, stderr } = await new Deno.Command("unshare", {
      args: ["-rm", "sh", "-c", onSmallDisk, "sh", disk, "sh", "-c", andList, "sh", disk, ...fetch],
      stdout: "piped",
      stderr: "piped",
    }).output();
    const text = new TextDecoder().decode(stderr);
    assertEquals(code, 1);
    assertStringIncludes(text, `the disk of ${disk}/cache is full: free`);
    assertStringIncludes(text, "left: . ./tensorflow\n");
  },
});
