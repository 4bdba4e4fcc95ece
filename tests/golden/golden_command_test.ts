import { assertEquals, assertStringIncludes } from "@std/assert";
import { tf } from "../../lib/engine/tf.ts";
import { goldenCommand } from "./golden_command.ts";
import { floats, ROUND_CASE, ROUND_TENSORS, sampleFolder } from "./golden_samples.ts";
import { forward, type Implementation, tensorOf } from "./implementation.ts";
import { round } from "./implementations/01_round.ts";
import type { Registry } from "./registry.ts";

interface Report {
  readonly code: number;
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

async function run(args: string[], registry: Registry): Promise<Report> {
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await goldenCommand(args, {
    registry,
    print: (line) => lines.push(line),
    printError: (line) => errors.push(line),
  });
  return { code, lines, errors };
}

async function runRound(implementation: Implementation): Promise<Report> {
  await using folder = await sampleFolder([ROUND_CASE], { [ROUND_CASE.file]: ROUND_TENSORS });
  return await run([folder.path, "--backend", "wasm"], new Map([["01-round", implementation]]));
}

Deno.test("golden ends with the count and exit code 0 where every case is right", async () => {
  const { code, lines, errors } = await runRound(round);
  assertEquals(lines, [
    "wasm: eager only, it has no compiler",
    "ok      01-round: wasm 0",
    "0 of 1 cases are not implemented",
    "1 passed, 0 failed",
  ]);
  assertEquals([code, errors], [0, []]);
});

Deno.test("golden ends with exit code 1 and shows the worst element where a result is wrong", async () => {
  const halfUp = forward((inputs) => ({ y: tf.floor(tf.add(tensorOf(inputs, "x"), 0.5)) }));
  const { code, lines } = await runRound(halfUp);
  assertEquals(lines.slice(1), [
    "FAILED  01-round: wasm Infinity",
    "        wasm: out.y: element [0] is 1 instead of 0, must be equal",
    "0 of 1 cases are not implemented",
    "0 passed, 1 failed",
  ]);
  assertEquals(code, 1);
});

Deno.test("golden counts an implementation that throws, or leaves a result out, as wrong", async () => {
  const broken = await runRound(() => {
    throw new RangeError("Bits are missing");
  });
  assertStringIncludes(broken.lines[2] ?? "", "RangeError: Bits are missing");
  assertEquals(broken.code, 1);
  const forgetful = await runRound(forward(() => ({})));
  assertStringIncludes(forgetful.lines[2] ?? "", "out.y: the implementation gives none");
  assertEquals(forgetful.code, 1);
});

Deno.test("golden lists cases that nothing implements, and does not count them as wrong", async () => {
  const other = { ...ROUND_CASE, name: "02-other", file: "02-other.safetensors" };
  await using folder = await sampleFolder([ROUND_CASE, other], {
    [ROUND_CASE.file]: ROUND_TENSORS,
  });
  const { code, lines } = await run(
    [folder.path, "--backend", "wasm"],
    new Map([["01-round", round]]),
  );
  assertEquals(lines.slice(2), [
    "not implemented  02-other",
    "1 of 2 cases are not implemented",
    "1 passed, 0 failed",
  ]);
  assertEquals(code, 0);
});

Deno.test("golden counts a case whose file is missing as wrong and runs the others", async () => {
  const other = { ...ROUND_CASE, name: "01-round-more", file: "missing.safetensors" };
  await using folder = await sampleFolder([other, ROUND_CASE], {
    [ROUND_CASE.file]: ROUND_TENSORS,
  });
  const { code, lines } = await run(
    [folder.path, "--backend", "wasm"],
    new Map([["01-round", round]]),
  );
  assertStringIncludes(lines[2] ?? "", "missing.safetensors: there is no such file");
  assertEquals(lines.at(-1), "1 passed, 1 failed");
  assertEquals(code, 1);
});

Deno.test("golden takes other shapes and names of a family, and --case chooses among them", async () => {
  const name = "01-round-long";
  const tensors = ROUND_CASE.tensors.map((tensor) => ({ ...tensor, shape: [3] }));
  const file = `${name}.safetensors`;
  await using folder = await sampleFolder([ROUND_CASE, { ...ROUND_CASE, name, file, tensors }], {
    [file]: [floats("in.x", 4.5, 5.5, -0.5), floats("out.y", 4, 6, 0)],
  });
  const { code, lines } = await run(
    [folder.path, "--backend", "wasm", "--case", name],
    new Map([["01-round", round]]),
  );
  assertEquals(lines.slice(1), [
    `ok      ${name}: wasm 0`,
    "0 of 1 cases are not implemented",
    "1 passed, 0 failed",
  ]);
  assertEquals(code, 0);
});

Deno.test("golden ends with exit code 1 and one sentence where it cannot begin", async (t) => {
  await using folder = await sampleFolder([ROUND_CASE]);
  const mistakes: [string, string[], string][] = [
    ["no folder", [], "One folder is needed"],
    ["two folders", ["a", "b"], "One folder is needed: current arguments are 'a b'"],
    ["a folder that is missing", ["missing"], "there is no such file"],
    ["a backend that is unknown", [folder.path, "--backend", "cuda"], "Unknown backend 'cuda'"],
    ["a prefix of no case", [folder.path, "--case", "99"], "begins with '99': it has 1 cases"],
    ["an option that is unknown", [folder.path, "--bits", "4"], "Unknown option '--bits'"],
  ];
  for (const [what, args, expected] of mistakes) {
    await t.step(what, async () => {
      const { code, lines, errors } = await run(args, new Map());
      assertEquals([code, lines, errors.length], [1, [], 1]);
      assertStringIncludes(errors[0] ?? "", expected);
    });
  }
});
