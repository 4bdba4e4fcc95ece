import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { lockCheckpoints } from "../../../lib/train/checkpoint/lock_checkpoints.ts";
import { tempFolder } from "../../io/helpers.ts";
import { namesIn } from "./samples.ts";
import { savedSteps, startSaves } from "./save_process.ts";

Deno.test("lockCheckpoints() refuses a second run, and lets it in when the first has ended", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "new", "checkpoints");
  const message = `Cannot train into ${
    JSON.stringify(path)
  }: another run is writing its checkpoints there`;
  const task = { folder: path, size: 10, saves: 1 };
  {
    using first = await lockCheckpoints(path);
    assertEquals(first.path, path);
    const [other] = await Promise.all([
      startSaves(task).output(),
      assertRejects(() => lockCheckpoints(path), Error, message),
    ]);
    assertEquals(other.code, 1);
    assertStringIncludes(new TextDecoder().decode(other.stderr), message);
    assertEquals(await namesIn(path), []);
  }
  assertEquals(savedSteps((await startSaves(task).output()).stdout), [1]);
});

Deno.test("lockCheckpoints() waits for a run that is just ending", async () => {
  await using folder = await tempFolder();
  const first = await lockCheckpoints(folder.path);
  setTimeout(() => first[Symbol.dispose](), 500);
  using _second = await lockCheckpoints(folder.path);
});
