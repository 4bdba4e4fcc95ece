import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { FileFormatError } from "../../lib/io/errors.ts";
import { memoryProfile } from "../../lib/memory/profile.ts";
import { profileRows } from "../../lib/memory/profile_rows.ts";
import {
  MEMORY_FILE,
  type MemoryOrigin,
  openMemoryRows,
  readMemory,
} from "../../lib/results/memory_file.ts";

const ORIGIN: MemoryOrigin = {
  code: { revision: "a".repeat(40), dirty: false, changesSha256: null, lockSha256: null },
  planner: "a compiler, 1.0",
};

const profile = await memoryProfile({ model: "brown-4m", method: "lsq" });
const rowsOf = (label: string) => profileRows(profile, { study: "memory/test", label });
const ONE = [{ rows: rowsOf("one"), isWhole: true }];
const TWO = [...ONE, { rows: rowsOf("two"), isWhole: false }];
const ALL = TWO.flatMap(({ rows }) => rows);

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "qatlab-" });
  try {
    await work(join(folder, "study"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the rows of a study that was stopped are known to the next one", async () => {
  await withFolder(async (folder) => {
    const first = await openMemoryRows(folder, { origin: ORIGIN });
    assertEquals(first.known, []);
    await first.save(ONE);
    const second = await openMemoryRows(folder, { origin: ORIGIN });
    assertEquals(second.known, ONE);
    await assertRejects(() => readMemory(folder), Deno.errors.NotFound);
    await second.save(TWO);
    assertEquals(await second.finish(), join(folder, MEMORY_FILE));
    assertEquals(await readMemory(folder), ALL);
    const third = await openMemoryRows(folder, { origin: ORIGIN });
    assertEquals(third.known, TWO);
  });
});

Deno.test("a finished study keeps its rows until the next one is finished", async () => {
  await withFolder(async (folder) => {
    const first = await openMemoryRows(folder, { origin: ORIGIN });
    await first.save(TWO);
    await first.finish();
    const second = await openMemoryRows(folder, { origin: ORIGIN, fresh: true });
    assertEquals(second.known, []);
    await second.save(ONE);
    assertEquals(await readMemory(folder), ALL);
  });
});

Deno.test("rows of other code, of another compiler or of nobody knows what are not known", async () => {
  await withFolder(async (folder) => {
    const { save } = await openMemoryRows(folder, { origin: ORIGIN });
    await save(ONE);
    const unknown = { ...ORIGIN, code: { ...ORIGIN.code, revision: null } };
    const others = [
      { ...ORIGIN, planner: null },
      { ...ORIGIN, code: { ...ORIGIN.code, changesSha256: "b".repeat(64) } },
      unknown,
    ];
    for (const origin of others) {
      assertEquals((await openMemoryRows(folder, { origin })).known, []);
    }
    await (await openMemoryRows(folder, { origin: unknown })).save(ONE);
    assertEquals((await openMemoryRows(folder, { origin: unknown })).known, []);
  });
});

Deno.test("a damaged file of rows is refused by name", async () => {
  await withFolder(async (folder) => {
    const { save } = await openMemoryRows(folder, { origin: ORIGIN });
    await save(ONE);
    const [{ name } = { name: "" }] = [...Deno.readDirSync(folder)];
    const bytes = await Deno.readFile(join(folder, name));
    await Deno.writeFile(join(folder, name), bytes.subarray(0, bytes.length / 2));
    await assertRejects(() => openMemoryRows(folder, { origin: ORIGIN }), FileFormatError, name);
  });
});
