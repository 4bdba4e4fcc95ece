import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { join, normalize } from "node:path";

/** The rooms of `lib/`, each with those that it may import: always ones that stand before it. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  io: [],
  engine: ["io"],
  data: ["io"],
  quant: ["engine"],
  results: ["io"],
  figures: ["results"],
  model: ["io", "engine", "data"],
  methods: ["io", "engine", "data", "quant", "model"],
  train: ["io", "engine", "data", "quant", "model"],
  eval: ["io", "engine", "data", "model"],
  memory: ["io", "engine", "data", "quant", "results", "model", "methods", "train"],
  study: [
    ...["io", "engine", "data", "quant", "results", "model", "methods", "train", "eval", "memory"],
  ],
  report: ["io", "results", "figures", "memory", "study"],
  notebook: ["io", "results", "figures", "study", "report"],
  cli: ["mod.ts", "experiments"],
};

const ROOT = fileURLToPath(new URL("..", import.meta.url));

function* modules(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(join(ROOT, folder))) {
    const path = join(folder, name);
    if (isDirectory) yield* modules(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

/** What a module imports of ours: a room, or a file or folder beside `lib`. */
function imported(path: string): string[] {
  const text = Deno.readTextFileSync(join(ROOT, path));
  return [...text.matchAll(/(?:from|import\(?) ?"(\.[^"]+)"/g)].map(([, target = ""]) => {
    const parts = normalize(join(path, "..", target)).split("/");
    return (parts[0] === "lib" ? parts[1] : parts[0]) ?? "";
  });
}

Deno.test("rooms import only rooms that stand before them", () => {
  const order = Object.keys(ROOMS);
  for (const [room, allowed] of Object.entries(ROOMS)) {
    const behind = allowed.filter((name) => order.indexOf(name) > order.indexOf(room));
    assertEquals(behind, [], room);
  }
});

Deno.test("modules of lib import what their room may", () => {
  const breaches = [...modules("lib")].flatMap((path) => {
    const room = path.split("/")[1] ?? "";
    const allowed = [room, ...(ROOMS[room] ?? [])];
    return imported(path).filter((name) => !allowed.includes(name)).map((name) => [path, name]);
  });
  assertEquals(breaches, []);
});

Deno.test("experiments are data: what computes they do not import", () => {
  const allowed = ["experiments", "mod.ts", "study", "memory", "data", "quant", "model"];
  const breaches = [...modules("experiments")].flatMap((path) =>
    imported(path).filter((name) => !allowed.includes(name)).map((name) => [path, name])
  );
  assertEquals(breaches, []);
});
