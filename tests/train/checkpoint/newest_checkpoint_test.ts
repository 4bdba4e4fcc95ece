import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { newestCheckpoint } from "../../../lib/train/checkpoint/newest_checkpoint.ts";
import { configurationHash } from "../../../lib/io/config_hash.ts";
import { seededIntegers, tempFolder } from "../../io/helpers.ts";
import { assertSample, saveSamples } from "./samples.ts";

const FILES = ["checkpoint.json", "state.safetensors"] as const;

/** Expects step 20, and returns the notices. */
async function newestIs20(folder: string): Promise<readonly string[]> {
  const { checkpoint, notices } = await newestCheckpoint(folder);
  assert(checkpoint);
  await using found = checkpoint;
  await assertSample(found, 20);
  return notices;
}

/** Writes other bytes into a file of step 30 and expects step 20 with one notice about that file. */
async function damaged(folder: string, file: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, "step-00000030", file);
  await Deno.writeFile(path, bytes);
  const [notice, ...others] = await newestIs20(folder);
  assertEquals(others, []);
  assertMatch(notice ?? "", /^The checkpoint ".*step-00000030" was passed over: /);
  assertMatch(notice ?? "", /; step-00000020 is used instead$/);
  assertEquals(await Deno.readFile(path), bytes);
  return notice ?? "";
}

Deno.test("newestCheckpoint() finds the highest step, and nothing in an empty or missing folder", async () => {
  await using folder = await tempFolder();
  const none = { checkpoint: undefined, notices: [] };
  assertEquals(await newestCheckpoint(folder.path), none);
  assertEquals(await newestCheckpoint(join(folder.path, "no")), none);
  await saveSamples(folder.path, [9, 20, 3], { keep: 9 });
  assertEquals(await newestIs20(folder.path), []);
});

for (const file of FILES) {
  Deno.test(`newestCheckpoint() passes over every cut of ${file}`, async () => {
    await using folder = await tempFolder();
    await saveSamples(folder.path, [20, 30]);
    const whole = await Deno.readFile(join(folder.path, "step-00000030", file));
    const random = seededIntegers(1);
    const cuts = [
      0,
      1,
      whole.length - 2,
      ...Array.from({ length: 60 }, () => random(whole.length)),
    ];
    for (const length of cuts) {
      // The line feed at the end of the JSON text says nothing.
      if (file === "checkpoint.json" && length === whole.length - 1) continue;
      await damaged(folder.path, file, whole.slice(0, length));
    }
    await damaged(folder.path, file, Uint8Array.of(...whole, 0));
  });

  Deno.test(`newestCheckpoint() passes over flipped bits of ${file}`, async () => {
    await using folder = await tempFolder();
    await saveSamples(folder.path, [20, 30]);
    const whole = await Deno.readFile(join(folder.path, "step-00000030", file));
    const random = seededIntegers(2);
    for (let i = 0; i < 150; i++) {
      const bytes = Uint8Array.from(whole);
      bytes[random(bytes.length)]! ^= 1 << random(8);
      await damaged(folder.path, file, bytes);
    }
  });

  Deno.test(`newestCheckpoint() passes over a checkpoint without ${file}, or with another kind of path`, async () => {
    await using folder = await tempFolder();
    await saveSamples(folder.path, [20, 30]);
    const path = join(folder.path, "step-00000030", file);
    await Deno.rename(path, join(folder.path, "moved"));
    assertStringIncludes(
      (await newestIs20(folder.path))[0] ?? "",
      "expected a file, found nothing",
    );
    await Deno.symlink("/dev/zero", path);
    assertStringIncludes((await newestIs20(folder.path))[0] ?? "", "found something else");
    await Deno.remove(path);
    await Deno.mkdir(path);
    assertStringIncludes((await newestIs20(folder.path))[0] ?? "", "found something else");
  });
}

Deno.test("newestCheckpoint() passes over exchanged parts of two checkpoints", async () => {
  await using folder = await tempFolder();
  await saveSamples(folder.path, [20, 30]);
  for (
    const [file, message] of [
      ["state.safetensors", "the content: expected sha256"],
      ["checkpoint.json", "expected 30, as the folder's name says, found 20"],
    ] as const
  ) {
    const path = join(folder.path, "step-00000030", file);
    const own = await Deno.readFile(path);
    const other = await Deno.readFile(join(folder.path, "step-00000020", file));
    assertStringIncludes(await damaged(folder.path, file, other), message);
    await Deno.writeFile(path, own);
  }
});

Deno.test("newestCheckpoint() tells damage of each one, and that none is left", async () => {
  await using folder = await tempFolder();
  await saveSamples(folder.path, [20, 30]);
  for (const step of [20, 30]) {
    await Deno.truncate(join(folder.path, `step-000000${step}/state.safetensors`), 7);
  }
  const uuid = crypto.randomUUID();
  await Deno.mkdir(join(folder.path, `.step-00000040.${uuid}.tmp`));
  await Deno.writeTextFile(join(folder.path, "step-00000050"), "a file");
  const { checkpoint, notices } = await newestCheckpoint(folder.path);
  assertEquals(checkpoint, undefined);
  assertEquals(notices.length, 4);
  assertMatch(
    notices[0] ?? "",
    /step-00000040\..*\.tmp" was never finished; the next save removes/,
  );
  assertMatch(
    notices[1] ?? "",
    /step-00000050": the path: expected a folder, found something else/,
  );
  assertMatch(notices[2] ?? "", /step-00000030.*expected 1\d+ bytes, as were written, found 7/);
  assertMatch(notices[3] ?? "", /step-00000020.*; there is no whole one to use instead$/);
});

/** Makes a `checkpoint.json` that is sealed as ours are. */
function sealed(fields: Record<string, unknown>): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(
    JSON.stringify({ ...fields, digest: configurationHash(fields) }),
  );
}

Deno.test("newestCheckpoint() says what is wrong with a well-sealed but wrong checkpoint.json", async () => {
  await using folder = await tempFolder();
  await saveSamples(folder.path, [20, 30]);
  const path = join(folder.path, "step-00000030/checkpoint.json");
  const { digest: _, ...fields } = JSON.parse(await Deno.readTextFile(path));
  const cases: [Record<string, unknown>, string][] = [
    [
      { ...fields, schema: 2 },
      "expected version 1, the only one that this version of qatlab reads",
    ],
    [{ ...fields, step: -30 }, "expected an integer of at least 0, found -30"],
    [{ ...fields, seed: "7" }, 'field "seed"'],
    [{ ...fields, configuration: {} }, "expected the hash of the configuration beside it"],
    [
      { ...fields, state: { bytes: 1e15, sha256: "0".repeat(64) } },
      "expected 1000000000000000 bytes",
    ],
    [{ ...fields, state: { ...fields.state, sha256: "0" } }, "expected 64 hexadecimal digits"],
  ];
  for (const [changed, message] of cases) {
    assertStringIncludes(await damaged(folder.path, "checkpoint.json", sealed(changed)), message);
  }
  for (const name of Object.keys(fields)) {
    const { [name]: _, ...rest } = fields;
    assertStringIncludes(await damaged(folder.path, "checkpoint.json", sealed(rest)), `"${name}`);
  }
});

Deno.test("newestCheckpoint() bounds what a hostile checkpoint.json costs", async () => {
  await using folder = await tempFolder();
  await saveSamples(folder.path, [20, 30]);
  const text = (content: string) => new TextEncoder().encode(content);
  const file = "checkpoint.json";
  const long = text(" ".repeat((1 << 20) + 1));
  assertStringIncludes(await damaged(folder.path, file, long), "expected at most 1048576 bytes");
  const deep = text("[".repeat(1 << 19));
  assertStringIncludes(await damaged(folder.path, file, deep), "expected at most 64 levels");
  const infinite = text(`{"schema":1,"a":1e999,"digest":"${"0".repeat(64)}"}`);
  assertStringIncludes(await damaged(folder.path, file, infinite), "must be a finite number");
  await damaged(folder.path, file, text("null"));
  await damaged(folder.path, file, Uint8Array.of(0xff));
});
