import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { FileFormatError } from "../../lib/io/errors.ts";
import { configurationHash } from "../../lib/io/config_hash.ts";
import { codeState } from "../../lib/results/code_state.ts";
import { inputFile } from "../../lib/results/input_file.ts";
import { manifestText, parseManifest } from "../../lib/results/manifest_json.ts";
import { SchemaVersionError } from "../../lib/results/schema_version_error.ts";
import { tempFolder } from "../io/helpers.ts";
import { sampleManifest } from "./samples.ts";

Deno.test("makeManifest() adds the configuration's hash and the versions", () => {
  const { configuration, configurationHash: hash, libraries } = sampleManifest(0);
  assertEquals(hash, configurationHash(configuration));
  assertEquals([libraries.deno, libraries.tensorflow], [Deno.version.deno, "2.21.0"]);
});

Deno.test("parseManifest() gives back what manifestText() took", () => {
  assertEquals(parseManifest(manifestText(sampleManifest(3)), "f"), sampleManifest(3));
});

Deno.test("parseManifest() refuses missing and wrong fields, and another version", () => {
  const text = manifestText(sampleManifest(0));
  const refuse = (changes: object, expected: string) =>
    assertThrows(
      () => parseManifest(JSON.stringify({ ...JSON.parse(text), ...changes }), "f"),
      FileFormatError,
      expected,
    );
  for (const name of Object.keys(JSON.parse(text))) {
    refuse({ [name]: undefined }, `"${name.slice(0, 4)}`);
  }
  refuse({ configuration: { bits: 3 } }, "for the configuration beside it");
  refuse({ seed: { value: -1, drawn: false } }, `field "seed.value"`);
  refuse({ inputs: [{ name: "a", revision: null, sha256: "x" }] }, "64 hexadecimal digits");
  refuse({ code: { revision: null, dirty: "no", changesSha256: null } }, "true or false");
  const newer = text.replace('"schema":1', '"schema":2');
  assertThrows(() => parseManifest(newer, "f"), SchemaVersionError, "use the newer qatlab");
});

Deno.test("inputFile() gives the sha256 of a file", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.txt`;
  await Deno.writeTextFile(path, "abc");
  const sha256 = createHash("sha256").update("abc").digest("hex");
  assertEquals(await inputFile(path), { name: "a.txt", revision: null, sha256 });
  assertEquals((await inputFile(path, { name: "b", revision: "c" })).revision, "c");
  await assertRejects(() => inputFile(`${folder.path}/none`), Deno.errors.NotFound);
});

async function git(folder: string, args: readonly string[]): Promise<boolean> {
  try {
    const identity = ["-c", "user.name=n", "-c", "user.email=e@example.com"];
    const command = new Deno.Command("git", { args: [...identity, ...args], cwd: folder });
    return (await command.output()).success;
  } catch {
    return false;
  }
}

const noGit = !await git(".", ["--version"]);

Deno.test({
  name: "codeState() tells the commit, and whether code, not results, differs from it",
  ignore: noGit,
  async fn() {
    await using folder = await tempFolder();
    const { path } = folder;
    await Deno.mkdir(`${path}/lib`);
    await Deno.writeTextFile(`${path}/lib/a.ts`, "1");
    await Deno.writeTextFile(`${path}/deno.lock`, "{}");
    for (const args of [["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]]) {
      assert(await git(path, args));
    }
    const clean = await codeState(path);
    assert(/^[0-9a-f]{40}/.test(clean.revision ?? ""), `${clean.revision}`);
    assertEquals([clean.dirty, clean.changesSha256], [false, null]);
    assertEquals(clean.lockSha256, createHash("sha256").update("{}").digest("hex"));
    await Deno.mkdir(`${path}/results`);
    await Deno.writeTextFile(`${path}/results/runs.arrow`, "1");
    assertEquals(await codeState(path), clean);
    await Deno.writeTextFile(`${path}/lib/b.ts`, "2");
    const added = await codeState(path);
    assertEquals({ ...added, changesSha256: null }, { ...clean, dirty: true });
    await Deno.writeTextFile(`${path}/lib/b.ts`, "3");
    assert((await codeState(path)).changesSha256 !== added.changesSha256);
    await Deno.writeTextFile(`${path}/lib/a.ts`, "2");
    const changed = await codeState(path);
    assertEquals(changed.dirty, true);
    assert(/^[0-9a-f]{64}$/.test(changed.changesSha256 ?? ""));
  },
});

Deno.test("codeState() knows nothing of a folder without a repository", async () => {
  await using folder = await tempFolder();
  assertEquals(await codeState(folder.path), {
    revision: null,
    dirty: null,
    changesSha256: null,
    lockSha256: null,
  });
});
