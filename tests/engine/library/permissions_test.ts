import { assert, assertEquals } from "@std/assert";
import { FakeMachine, fullCache } from "./fake_machine.ts";
import { fetchArguments } from "./fetch_process.ts";

// Those of the tasks in deno.json, without --allow-ffi: the search loads nothing.
const permissions = [
  "--allow-env",
  "--allow-read",
  "--allow-write",
  "--allow-run=python3",
  "--allow-sys",
];

for (const variables of [{}, { LD_LIBRARY_PATH: "/nowhere" }]) {
  const names = Object.keys(variables).join() || "no variable of the loader";
  Deno.test(`findLibrary() fetches with the permissions of the tasks, with ${names} set`, async () => {
    await using fake = await FakeMachine.create();
    const task = { python: "python3", wheel: fake.wheel, cacheDir: fake.cacheDir };
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: fetchArguments(task, permissions),
      env: { ...variables, PATH: `${fake.folder}:${Deno.env.get("PATH")}` },
    }).output();
    const text = new TextDecoder();
    assert(success, text.decode(stderr));
    assertEquals(text.decode(stdout), "fetched wheel");
    assertEquals(await fake.cacheEntries(), fullCache);
    assertEquals((await fake.pipRuns()).length, 1);
  });
}
