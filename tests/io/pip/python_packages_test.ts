import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { findPythonPackages } from "../../../lib/engine/library/python_packages.ts";
import { FakeMachine, installPackage } from "./fake_machine.ts";

async function reason(fake: FakeMachine): Promise<string> {
  const attempt = await findPythonPackages(fake.python);
  return "reason" in attempt ? attempt.reason : "";
}

Deno.test("findPythonPackages() finds packages without importing them", async () => {
  await using fake = await FakeMachine.create();
  // This package ends the process when it is imported.
  const tensorflow = await installPackage(fake.sitePackages);
  await Deno.mkdir(join(fake.sitePackages, "nvidia", "cublas"), { recursive: true });
  assertEquals(await findPythonPackages(fake.python), {
    found: { tensorflow: [tensorflow], nvidia: [join(fake.sitePackages, "nvidia")] },
  });
});

Deno.test("findPythonPackages() runs and finds nothing in the current folder", async () => {
  await using fake = await FakeMachine.create();
  const here = join(fake.folder, "here");
  await installPackage(here);
  await Deno.writeTextFile(join(here, "json.py"), "raise SystemExit('imported')\n");
  await fake.setPython(`cd '${here}' && exec python3 -S "$@"`);
  assertEquals(await findPythonPackages(fake.python), { found: { tensorflow: [], nvidia: [] } });
});

Deno.test("findPythonPackages() says why Python gave no answer", async () => {
  await using fake = await FakeMachine.create();
  await fake.setPython("echo 'no version is set' >&2; exit 127");
  assertMatch(await reason(fake), /python3 ended with code 127: no version is set/);
  await fake.setPython("exit 1");
  assertMatch(await reason(fake), /ended with code 1: no error output/);
  await fake.setPython("echo hello");
  assertMatch(await reason(fake), /gave an unexpected answer: "hello\\n"/);
  await fake.setPython(`echo '{"tensorflow": [1], "nvidia": []}'`);
  assertMatch(await reason(fake), /gave an unexpected answer/);
  await Deno.remove(fake.python);
  assertMatch(await reason(fake), /python3 is not on the PATH/);
});
