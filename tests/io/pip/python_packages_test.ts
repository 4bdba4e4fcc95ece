import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { findPythonPackages } from "../../../lib/io/pip/python_packages.ts";
import { FakePython } from "./fake_python.ts";

async function startPython(): Promise<FakePython> {
  return await new FakePython(await Deno.makeTempDir(), "no wheel").start();
}

// A package that ends the process when it is imported.
async function installPackage(site: string): Promise<string> {
  const folder = join(site, "library");
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "__init__.py"), "raise SystemExit('imported')\n");
  return folder;
}

function find(fake: FakePython) {
  return findPythonPackages(fake.python, { names: ["library", "spread"] });
}

async function reason(fake: FakePython): Promise<string> {
  const attempt = await find(fake);
  return "reason" in attempt ? attempt.reason : "";
}

Deno.test("findPythonPackages() finds packages without importing them", async () => {
  await using fake = await startPython();
  const library = await installPackage(fake.sitePackages);
  await Deno.mkdir(join(fake.sitePackages, "spread", "part"), { recursive: true });
  assertEquals(await find(fake), {
    found: { library: [library], spread: [join(fake.sitePackages, "spread")] },
  });
});

Deno.test("findPythonPackages() runs and finds nothing in the current folder", async () => {
  await using fake = await startPython();
  const here = join(fake.folder, "here");
  await installPackage(here);
  await Deno.writeTextFile(join(here, "json.py"), "raise SystemExit('imported')\n");
  await fake.setPython(`cd '${here}' && exec python3 -S "$@"`);
  assertEquals(await find(fake), { found: { library: [], spread: [] } });
});

Deno.test("findPythonPackages() says why Python gave no answer", async () => {
  await using fake = await startPython();
  await fake.setPython("echo 'no version is set' >&2; exit 127");
  assertMatch(await reason(fake), /python3 ended with code 127: no version is set/);
  await fake.setPython("exit 1");
  assertMatch(await reason(fake), /ended with code 1: no error output/);
  await fake.setPython("echo hello");
  assertMatch(await reason(fake), /gave an unexpected answer: "hello\\n"/);
  await fake.setPython(`echo '{"library": [1], "spread": []}'`);
  assertMatch(await reason(fake), /gave an unexpected answer/);
  await Deno.remove(fake.python);
  assertMatch(await reason(fake), /python3 is not on the PATH/);
});
