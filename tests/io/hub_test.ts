import { assert, assertEquals, assertRejects } from "@std/assert";
import { FileFormatError } from "../../lib/io/errors.ts";
import { downloadSnapshot, type DownloadSnapshotOptions } from "../../lib/io/hub.ts";
import { tempFolder } from "./helpers.ts";
import { COMMIT, type FakeHub, startFakeHub } from "./hub/fake_hub.ts";

const WEIGHTS = Uint8Array.from({ length: 300_000 }, (_, i) => i * i >> 3);

const FILES = {
  "config.json": '{"model_type":"llama"}',
  "model.safetensors": WEIGHTS,
  "README.md": "not for a model",
  "sub/model.safetensors": Uint8Array.of(1),
};

/** A fake hub, a cache, and the options that lead to them. */
async function setUp(files: Record<string, string | Uint8Array<ArrayBuffer>> = FILES) {
  const stack = new AsyncDisposableStack();
  const hub = stack.use(startFakeHub(files));
  const cache = stack.use(await tempFolder()).path;
  const options: DownloadSnapshotOptions = {
    hubUrl: hub.url,
    cache,
    offline: false,
    retryDelay: 1,
  };
  return { hub, cache, options, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function contentRequests(hub: FakeHub): string[] {
  return hub.log.filter((line) => line.startsWith("/cdn/")).map((line) => line.split(" ")[1] ?? "");
}

const WEIGHTS_PATH = `hub/models--owner--name/snapshots/${COMMIT}/model.safetensors`;

Deno.test("downloadSnapshot() brings the model's files of one commit, and nothing else", async () => {
  await using set = await setUp();
  const seen: number[] = [];
  const onProgress = ({ bytes }: { bytes: number }) => seen.push(bytes);
  const snapshot = await downloadSnapshot("owner/name", { ...set.options, onProgress });
  assertEquals(snapshot, {
    folder: `${set.cache}/hub/models--owner--name/snapshots/${COMMIT}`,
    commit: COMMIT,
    files: ["config.json", "model.safetensors"],
  });
  assertEquals(await Deno.readFile(`${snapshot.folder}/model.safetensors`), WEIGHTS);
  assertEquals(await Deno.readTextFile(`${snapshot.folder}/config.json`), FILES["config.json"]);
  const names = (await Array.fromAsync(Deno.readDir(snapshot.folder))).map(({ name }) => name);
  assertEquals(names.sort(), ["config.json", "model.safetensors"]);
  assertEquals(seen, seen.toSorted((a, b) => a - b));
  assertEquals(seen.at(-1), 300_022);
});

Deno.test("downloadSnapshot() takes other files, sub-folders, data sets and other revisions", async () => {
  await using set = await setUp({ "a/b c#.txt": "x", "empty.txt": "" });
  const select = () => true;
  const name = "datasets/owner/name@v1/x";
  const { folder, files } = await downloadSnapshot(name, { ...set.options, select });
  assertEquals(files, ["a/b c#.txt", "empty.txt"]);
  assertEquals(await Deno.readTextFile(`${folder}/a/b c#.txt`), "x");
  assertEquals(await Deno.readTextFile(`${folder}/empty.txt`), "");
  assert(folder.includes("datasets--owner--name"));
});

Deno.test("downloadSnapshot() asks only for the commit when everything is in the cache, for nothing by hash", async () => {
  await using set = await setUp();
  await downloadSnapshot("owner/name", set.options);
  set.hub.log.length = 0;
  await downloadSnapshot("owner/name", set.options);
  assertEquals(set.hub.log, ["/api/models/owner/name/revision/main"]);
  set.hub.log.length = 0;
  await downloadSnapshot(`owner/name@${COMMIT}`, set.options);
  assertEquals(set.hub.log, []);
});

Deno.test("downloadSnapshot() works offline from the cache, and says what is missing", async () => {
  await using set = await setUp();
  const offline = { ...set.options, offline: true };
  const missing = "is not in the cache and offline mode is on";
  await assertRejects(() => downloadSnapshot("owner/name", offline), Deno.errors.NotFound, missing);
  const { folder } = await downloadSnapshot("owner/name", set.options);
  set.hub.log.length = 0;
  assertEquals((await downloadSnapshot("owner/name@main", offline)).folder, folder);
  await Deno.remove(`${folder}/config.json`);
  await assertRejects(() => downloadSnapshot("owner/name", offline), Deno.errors.NotFound, missing);
  assertEquals(set.hub.log, []);
});

Deno.test("downloadSnapshot() goes on by itself where the connection was lost", async () => {
  await using set = await setUp();
  set.hub.cuts = [100_000, 150_000];
  set.hub.statuses = [503];
  const select = (path: string) => path === "model.safetensors";
  await downloadSnapshot("owner/name", { ...set.options, select });
  assertEquals(contentRequests(set.hub), ["", "", "bytes=100000-", "bytes=250000-"]);
  assertEquals(await Deno.readFile(`${set.cache}/${WEIGHTS_PATH}`), WEIGHTS);
});

Deno.test("downloadSnapshot() resumes a download that was given up", async () => {
  await using set = await setUp();
  set.hub.cuts = [1000, 0, 0, 0, 0];
  const select = (path: string) => path === "model.safetensors";
  const options = { ...set.options, select };
  await assertRejects(() => downloadSnapshot("owner/name", options), TypeError);
  assertEquals((await Deno.stat(`${set.cache}/${WEIGHTS_PATH}.part`)).size, 1000);
  set.hub.log.length = 0;
  await downloadSnapshot("owner/name", options);
  assertEquals(contentRequests(set.hub), ["bytes=1000-"]);
  assertEquals(await Deno.readFile(`${set.cache}/${WEIGHTS_PATH}`), WEIGHTS);
});

Deno.test("downloadSnapshot() stops by its signal and keeps what has come", async () => {
  await using set = await setUp();
  const controller = new AbortController();
  const stop = { ...set.options, signal: controller.signal };
  const onProgress = ({ path, bytes }: { path: string; bytes: number }) => {
    if (path === "model.safetensors" && bytes > 1000) controller.abort(new RangeError("enough"));
  };
  await assertRejects(
    () => downloadSnapshot("owner/name", { ...stop, onProgress }),
    RangeError,
    "enough",
  );
  await downloadSnapshot("owner/name", set.options);
  assertEquals(await Deno.readFile(`${set.cache}/${WEIGHTS_PATH}`), WEIGHTS);
});

Deno.test("downloadSnapshot() starts again when the server ignores ranges", async () => {
  await using set = await setUp();
  set.hub.ignoresRanges = true;
  set.hub.cuts = [200_000];
  const select = (path: string) => path === "model.safetensors";
  await downloadSnapshot("owner/name", { ...set.options, select });
  assertEquals(contentRequests(set.hub), ["", "bytes=200000-"]);
  assertEquals(await Deno.readFile(`${set.cache}/${WEIGHTS_PATH}`), WEIGHTS);
});

Deno.test("downloadSnapshot() starts again when the server answers another range", async () => {
  await using set = await setUp();
  set.hub.shiftsRanges = true;
  set.hub.cuts = [200_000];
  const select = (path: string) => path === "model.safetensors";
  await downloadSnapshot("owner/name", { ...set.options, select });
  assertEquals(contentRequests(set.hub), ["", "bytes=200000-", ""]);
  assertEquals(await Deno.readFile(`${set.cache}/${WEIGHTS_PATH}`), WEIGHTS);
});

Deno.test("downloadSnapshot() loads spoiled bytes of an earlier try again", async () => {
  await using set = await setUp();
  for (const size of [1000, 300_000, 300_001]) {
    const part = `${set.cache}/${WEIGHTS_PATH}.part`;
    await Deno.mkdir(part.slice(0, part.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(part, new Uint8Array(size).fill(7));
    await downloadSnapshot("owner/name", set.options);
    assertEquals(await Deno.readFile(`${set.cache}/${WEIGHTS_PATH}`), WEIGHTS);
    await Deno.remove(`${set.cache}/${WEIGHTS_PATH}`);
  }
});

Deno.test("downloadSnapshot() refuses content with another hash and keeps none of it", async () => {
  for (const path of ["config.json", "model.safetensors"]) {
    await using set = await setUp();
    set.hub.spoils = true;
    const select = (name: string) => name === path;
    const options = { ...set.options, select };
    const kind = path === "config.json" ? "git" : "sha256";
    await assertRejects(
      () => downloadSnapshot("owner/name", options),
      FileFormatError,
      `Cannot read "${path}": ${kind} hash: expected`,
    );
    set.hub.spoils = false;
    await downloadSnapshot("owner/name", options);
  }
});

for (const [size, found] of [[10, "found more"], [100, "found 22 bytes"]] as const) {
  Deno.test(`downloadSnapshot() refuses content listed with ${size} bytes: ${found}`, async () => {
    await using set = await setUp();
    set.hub.listed = [{ type: "file", path: "config.json", size, oid: "a".repeat(40) }];
    const run = () => downloadSnapshot("owner/name", set.options);
    await assertRejects(run, FileFormatError, found);
  });
}

Deno.test("two downloads of one file at a time share the work", async () => {
  await using set = await setUp();
  await Promise.all([1, 2, 3].map(() => downloadSnapshot("owner/name", set.options)));
  assertEquals(contentRequests(set.hub), [""]);
  assertEquals(await Deno.readFile(`${set.cache}/${WEIGHTS_PATH}`), WEIGHTS);
  await assertRejects(() => Deno.stat(`${set.cache}/${WEIGHTS_PATH}.part`), Deno.errors.NotFound);
});

for (
  const path of [
    "../x",
    "/etc/x",
    "a/../../x",
    "a\\..\\x",
    "C:x",
    "a//b",
    "con",
    "a/nul.txt",
    "x.",
    "",
  ]
) {
  Deno.test(`downloadSnapshot() refuses a repository that lists ${JSON.stringify(path)}`, async () => {
    await using set = await setUp();
    set.hub.listed = [{ type: "file", path, size: 1, oid: "a".repeat(40) }];
    await assertRejects(
      () => downloadSnapshot("owner/name", set.options),
      FileFormatError,
      "expected a path within its folder",
    );
  });
}

for (
  const [what, entry, message] of [
    ["a negative size", { path: "x", size: -1, oid: "a".repeat(40) }, "expected a size"],
    ["a hash of another length", { path: "x", size: 1, oid: "abc" }, "expected a hash"],
    ["no hash", { path: "x", size: 1 }, "expected a hash"],
    ["one path in two spellings", { path: "CONFIG.json", size: 1, oid: "a".repeat(40) }, "twice"],
  ] as const
) {
  Deno.test(`downloadSnapshot() refuses a repository that lists ${what}`, async () => {
    await using set = await setUp();
    set.hub.listed = [{ type: "file", ...entry }];
    const run = () => downloadSnapshot("owner/name", set.options);
    await assertRejects(run, FileFormatError, message);
  });
}

Deno.test("downloadSnapshot() refuses more bytes than allowed before it loads any, and an empty choice", async () => {
  await using set = await setUp();
  await assertRejects(
    () => downloadSnapshot("owner/name", { ...set.options, maxBytes: 300_000 }),
    RangeError,
    "have 300022 bytes, more than 'maxBytes': current value is 300000",
  );
  const select = () => false;
  const run = () => downloadSnapshot("owner/name", { ...set.options, select });
  await assertRejects(run, RangeError, 'No file of "owner/name"');
  assertEquals(contentRequests(set.hub), []);
});

Deno.test("downloadSnapshot() passes the hub's refusal on", async () => {
  await using set = await setUp();
  await assertRejects(() => downloadSnapshot("owner/other", set.options), Error, "not found");
});

Deno.test("downloadSnapshot() sends the token to the hub, but not to the place of a redirection", async () => {
  await using set = await setUp();
  await using other = startFakeHub(FILES);
  set.hub.redirect = `${other.url}/cdn/owner/name/resolve/${COMMIT}/model.safetensors`;
  const options = { ...set.options, accessToken: "hf_secret" };
  await downloadSnapshot("owner/name", options);
  assertEquals([...new Set(set.hub.tokens)], ["Bearer hf_secret"]);
  assertEquals(other.tokens, [null]);
});

Deno.test("downloadSnapshot() refuses http but on this machine, also as a redirection", async () => {
  await using set = await setUp();
  const message = "An address must be https, or http on this machine: current value is http://";
  const hubUrl = "http://example.org";
  const plain = () => downloadSnapshot("owner/name", { ...set.options, hubUrl });
  await assertRejects(plain, RangeError, `${message}example.org`);
  set.hub.redirect = "http://example.org/x";
  await assertRejects(() => downloadSnapshot("owner/name", set.options), RangeError, message);
  set.hub.redirect = "file:///etc/passwd";
  await assertRejects(() => downloadSnapshot("owner/name", set.options), RangeError);
});

Deno.test("downloadSnapshot() gives up a redirection without end", async () => {
  await using set = await setUp();
  set.hub.redirect = `/owner/name/resolve/${COMMIT}/model.safetensors`;
  await assertRejects(() => downloadSnapshot("owner/name", set.options), RangeError, "at most 5");
});

Deno.test("downloadSnapshot() refuses a cache that was tampered with", async () => {
  await using set = await setUp();
  const { folder } = await downloadSnapshot("owner/name", set.options);
  await Deno.writeTextFile(`${folder}.json`, '[{"path":"../../x","size":1}]');
  const run = () => downloadSnapshot("owner/name", set.options);
  await assertRejects(run, FileFormatError, "a path within its folder");
  await Deno.writeTextFile(`${folder}.json`, "[");
  await assertRejects(run, FileFormatError, "expected JSON");
});
