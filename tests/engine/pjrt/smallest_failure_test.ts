import { assert, assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import type { PjrtClient } from "../../../lib/engine/pjrt/client/client.ts";
import { PjrtError } from "../../../lib/engine/pjrt/client/pjrt_error.ts";
import { smallestFailure, withSmallestFailure } from "../../../lib/engine/pjrt/smallest_failure.ts";
import { stableHlo } from "../../../lib/engine/pjrt/stablehlo/mod.ts";
import type { Graph } from "../../../lib/engine/trace/graph.ts";
import { GraphBuilder } from "../../../lib/engine/trace/graph_builder.ts";
import { openClient } from "./client/open_client.ts";

/** `tanh(x + x) + exp(x + x)`. */
function graph(): Graph {
  const builder = new GraphBuilder();
  const op = (op: string, inputs: ReturnType<GraphBuilder["input"]>[]) => {
    const attributes = new Map();
    const [value] = builder.op({ op, attributes, inputs, outputCount: 1, origin: new Error() });
    assert(value);
    return value;
  };
  const x = builder.input("argument", "x", [2, 3], "float32");
  const sum = op("AddV2", [x, x]);
  const results = [op("AddV2", [op("Tanh", [sum]), op("Exp", [sum])])];
  return { nodes: builder.nodes, results, resultTypes: ["float32"], updates: [] };
}

Deno.test("smallestFailure() is a program of the first op that fails, and compiles each kind once", () => {
  using client = openClient();
  const tried: string[] = [];
  const text = smallestFailure(graph(), (part) => stableHlo(part).text, (text) => {
    tried.push(text);
    return text.includes("exponential");
  });
  assertEquals(tried.length, 3);
  assertMatch(text ?? "", /exponential/);
  assertEquals(/tanh|add/.test(text ?? ""), false);
  client.compileSync(text ?? "")[Symbol.dispose]();
  assertEquals(smallestFailure(graph(), (part) => stableHlo(part).text, () => false), undefined);
});

// No op of ours fails alone on the plugins at hand: here the client says that one does.
function withoutTanh(client: PjrtClient): PjrtClient {
  return new Proxy(client, {
    get: (target, name) => {
      if (name === "compileSync") {
        return (text: string, options = {}) => {
          if (!text.includes("tanh")) return target.compileSync(text, options);
          throw new PjrtError("no tanh here", { code: 12, call: "Client_Compile" });
        };
      }
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

Deno.test("withSmallestFailure() names a file with the op that fails alone", async () => {
  const cacheDir = await Deno.makeTempDir();
  try {
    using client = openClient({ cacheDir });
    const error = new PjrtError("no tanh here", { code: 12, call: "Client_Compile" });
    const told = withSmallestFailure(error, graph(), { client: withoutTanh(client) });
    const path = /the smallest part of it that fails is in (\S+)$/.exec(String(told))?.[1] ?? "";
    const kept = await Deno.readTextFile(path);
    assertMatch(kept, /tanh/);
    assertEquals(kept.includes("exponential"), false);
  } finally {
    await Deno.remove(cacheDir, { recursive: true });
  }
});

Deno.test("withSmallestFailure() leaves errors alone that no single op has, or that are none of a compile", () => {
  using client = openClient();
  for (const call of ["Client_Compile", "LoadedExecutable_Execute"]) {
    const error = new PjrtError("out of memory", { code: 8, call });
    const told = withSmallestFailure(error, graph(), { client });
    assertStrictEquals(told, error);
    assertEquals(error.message, "out of memory");
  }
});
