import { assertEquals, assertRejects } from "@std/assert";
import { holdFolder, lockFolder } from "../../lib/io/file_lock.ts";
import { tempFolder } from "./helpers.ts";

Deno.test("lockFolder() waits until the holder is done", async () => {
  await using folder = await tempFolder();
  const first = await lockFolder(folder.path);
  const events: string[] = [];
  using _second = await lockFolder(folder.path, {
    onWait() {
      events.push("wait");
      if (events.length === 2) first.close();
    },
  });
  assertEquals(events, ["wait", "wait"]);
});

Deno.test("lockFolder() stops waiting on a signal, and leaves the lock to the next", async () => {
  await using folder = await tempFolder();
  const abort = new AbortController();
  const first = await lockFolder(folder.path);
  const onWait = () => abort.abort(new Error("enough"));
  await assertRejects(
    () => lockFolder(folder.path, { onWait, signal: abort.signal }),
    Error,
    "enough",
  );
  first.close();
  using _next = await lockFolder(folder.path, {
    onWait: () => {
      throw new Error("the lock was still held");
    },
  });
});

Deno.test("lockFolder() does not take a free lock after the signal", async () => {
  await using folder = await tempFolder();
  const signal = AbortSignal.abort(new Error("too late"));
  await assertRejects(() => lockFolder(folder.path, { signal }), Error, "too late");
});

Deno.test("holdFolder() makes the folder, and refuses with the error it was given", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/new/folder`;
  const inUse = () => new Error("in use");
  using _first = await holdFolder(path, { inUse });
  await assertRejects(() => holdFolder(path, { inUse }), Error, "in use");
});
