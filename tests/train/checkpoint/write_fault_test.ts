import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { lockCheckpoints } from "../../../lib/train/checkpoint/lock_checkpoints.ts";
import { saveCheckpoint } from "../../../lib/train/checkpoint/save_checkpoint.ts";
import { tempFolder } from "../../io/helpers.ts";
import { assertSampleAt, namesIn, sampleOptions, saveSamples } from "./samples.ts";
import { startSaves } from "./save_process.ts";

/** Saves step 10 well, lets a process fail at step 11 (1.2 MB), and expects step 10 alone. */
async function failsToSave(folder: string, before: string): Promise<void> {
  await saveSamples(folder, [10]);
  const task = { folder, size: 100_000, saves: 1, before };
  const { code, stdout, stderr } = await startSaves(task).output();
  const text = new TextDecoder().decode(stderr);
  assertEquals(code, 1, text);
  assertEquals(stdout.length, 0);
  assertStringIncludes(
    text,
    `Cannot write the checkpoint of step 11 into ${JSON.stringify(folder)}: the disk is full, ` +
      "or a limit is reached: free 1.2 MB there; the checkpoints before it stay",
  );
  assertEquals(await namesIn(folder), ["step-00000010"]);
  await assertSampleAt(join(folder, "step-00000010"), 10);
  await saveSamples(folder, [11]);
  await assertSampleAt(join(folder, "step-00000011"), 11);
}

Deno.test("saveCheckpoint() at a limit of the file size says so, and leaves the last checkpoint", async () => {
  await using folder = await tempFolder();
  // In blocks of 1,024 bytes; without the trap the system ends the process.
  await failsToSave(folder.path, "trap '' XFSZ; ulimit -f 600");
});

/** Mounts a disk of 1 MiB; `undefined` where that is not allowed. */
async function smallDisk(path: string): Promise<AsyncDisposable | undefined> {
  const mount = new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path],
    stderr: "null",
  });
  const mounted = await mount.output().then(({ success }) => success, () => false);
  if (!mounted) return undefined;
  const unmount = () => new Deno.Command("umount", { args: [path] }).output();
  return { [Symbol.asyncDispose]: async () => assert((await unmount()).success) };
}

Deno.test("saveCheckpoint() on a full disk says so, and leaves the last checkpoint", async () => {
  await using folder = await tempFolder();
  await using disk = await smallDisk(folder.path);
  // Without the right to mount, the limit of the file size above is the only full disk.
  if (disk === undefined) return;
  await failsToSave(folder.path, ":");
});

Deno.test("saveCheckpoint() says what the system refuses", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "checkpoints");
  using locked = await lockCheckpoints(path);
  await Deno.remove(path, { recursive: true });
  const error = await assertRejects(() => saveCheckpoint(locked, sampleOptions(1)), Error);
  assertStringIncludes(error.message, `of step 1 into ${JSON.stringify(path)}: No such file`);
});
