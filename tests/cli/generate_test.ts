import { assertEquals, assertStringIncludes } from "@std/assert";
import { tinyFolder } from "../model/tiny_model.ts";
import { runScript } from "./run_script.ts";

const MODEL = tinyFolder("grouped-untied");

Deno.test("generate prints the prompt and its continuation, the same for the same seed", async () => {
  const options = ["--model", MODEL, "--tokens", "8", "--temperature", "1", "--seed", "3"];
  const [first, second] = [
    await runScript("generate.ts", ...options, "once"),
    await runScript("generate.ts", ...options, "once"),
  ];
  assertEquals(first.code, 0, first.stderr);
  assertStringIncludes(first.stdout, "once");
  assertEquals(first.stdout.length > "once\n".length, true);
  assertEquals(first.stdout, second.stdout);
});
