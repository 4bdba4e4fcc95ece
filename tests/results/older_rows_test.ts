import { assertEquals, assertThrows } from "@std/assert";
import { BLANK_SEAL, SEAL_KEY, sealArrow } from "../../lib/io/arrow/arrow_seal.ts";
import { decodeArrow } from "../../lib/io/arrow/decode_arrow.ts";
import { encodeArrow } from "../../lib/io/arrow/encode_arrow.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { MANIFEST_KEY, MANIFESTS_KEY } from "../../lib/results/manifest_json.ts";
import { recomputeName } from "../../lib/results/older_rows.ts";
import { LAYERS, type RowFormat, RUNS } from "../../lib/results/row_format.ts";
import { decodeRows, encodeRows } from "../../lib/results/rows_ipc.ts";
import { variantOf } from "../../lib/results/variant.ts";
import { sampleId, sampleLayers, sampleRun } from "./samples.ts";

const path = "old.arrow";

interface Older<Row> {
  readonly rows: readonly Row[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly version?: number;
}

/** A file as an older version wrote it. */
function older<Row extends object>(
  format: RowFormat<Row>,
  { rows, metadata, version = 1 }: Older<Row>,
): Uint8Array {
  const table = decodeArrow(encodeRows(format, { rows, metadata }), { path });
  const lacks: readonly string[] = format.older?.get(version)?.lacks ?? [];
  const kept = table.columns.flatMap(({ name }, k) => lacks.includes(name) ? [] : [k]);
  const marks = [["qatlab.schema", `${format.name}/${version}`], [SEAL_KEY, BLANK_SEAL]] as const;
  const bytes = encodeArrow({
    columns: kept.map((k) => table.columns[k]!),
    cells: kept.map((k) => table.cells[k]!),
    metadata: new Map([...table.metadata, ...marks]),
  });
  sealArrow(bytes);
  return bytes;
}

const EVALUATION = { seq: 256, stride: 256, bos: "none", blocks: 50, validationBlocks: 50 };

function manifest(
  settings: object,
  training: object | null,
  evaluation: object = EVALUATION,
) {
  return { configuration: { settings, training, evaluation } };
}

const NOT_SCORED = JSON.stringify(manifest({}, null, {}));

Deno.test("decodeRows() reads version 1 of runs: what its columns left out is in the manifest", () => {
  const run = manifest({ activationBits: 8, keyValueBits: 4, recompute: true }, {
    recompute: "block",
  });
  const text = JSON.stringify(run);
  const bytes = older(RUNS, { rows: [sampleRun(0)], metadata: new Map([[MANIFEST_KEY, text]]) });
  assertEquals(decodeRows(RUNS, { bytes, path }).rows, [
    sampleRun(0, {
      activation_bits: 8,
      key_value_bits: 4,
      recompute: "linear+block",
      variant: variantOf(run.configuration),
    }),
  ]);
});

Deno.test("decodeRows() reads version 1 of combined runs, each by its own manifest", () => {
  const plain = manifest({ activationBits: null }, null);
  const narrow = manifest({ activationBits: 6 }, { recompute: "none" });
  const text = JSON.stringify({ [sampleId(0)]: plain, [sampleId(1)]: narrow });
  const rows = [sampleRun(0), sampleRun(1)];
  const bytes = older(RUNS, { rows, metadata: new Map([[MANIFESTS_KEY, text]]) });
  assertEquals(decodeRows(RUNS, { bytes, path }).rows, [
    sampleRun(0, { variant: variantOf(plain.configuration) }),
    sampleRun(1, { activation_bits: 6, variant: variantOf(narrow.configuration) }),
  ]);
});

Deno.test("decodeRows() reads version 2 of runs: how they were scored is in the manifest", () => {
  const evaluation = { seq: 1024, stride: 1023, bos: "blocks", blocks: "all", validationBlocks: 0 };
  const run = manifest({}, null, evaluation);
  const metadata = new Map([[MANIFEST_KEY, JSON.stringify(run)]]);
  const row = sampleRun(0, { compute: "bfloat16" });
  const bytes = older(RUNS, { rows: [row], metadata, version: 2 });
  assertEquals(decodeRows(RUNS, { bytes, path }).rows, [{
    ...row,
    eval_seq: 1024,
    eval_stride: 1023,
    eval_bos: "blocks",
    test_blocks: null,
    validation_blocks: 0,
    variant: variantOf(run.configuration),
  }]);
});

Deno.test("decodeRows() reads version 3 of runs: seeds of one variant have one configuration but for the seed", () => {
  const seeds = [0, 1].map((seed) => ({ configuration: { seed, settings: { bits: 3 } } }));
  const manifests = Object.fromEntries(seeds.map((run, k) => [sampleId(k), run]));
  const metadata = new Map([[MANIFESTS_KEY, JSON.stringify(manifests)]]);
  const bytes = older(RUNS, { rows: [sampleRun(0), sampleRun(1)], metadata, version: 3 });
  const variants = decodeRows(RUNS, { bytes, path }).rows.map(({ variant }) => variant);
  assertEquals(variants, Array(2).fill(variantOf({ settings: { bits: 3 } })));
});

Deno.test("decodeRows() refuses version 1 of runs whose manifest does not say what they were", () => {
  for (const text of ["{}", '{"configuration":{"settings":{"activationBits":"8"}}}', NOT_SCORED]) {
    const bytes = older(RUNS, { rows: [sampleRun(0)], metadata: new Map([[MANIFEST_KEY, text]]) });
    assertThrows(() => decodeRows(RUNS, { bytes, path }), FileFormatError);
  }
});

Deno.test("decodeRows() reads version 1 of layers: their errors were not measured", () => {
  const bytes = older(LAYERS, { rows: sampleLayers(0), metadata: new Map() });
  const none = {
    quantization_error_start: null,
    quantization_error_end: null,
    clipping_error_start: null,
    clipping_error_end: null,
  };
  assertEquals(
    decodeRows(LAYERS, { bytes, path }).rows,
    sampleLayers(0).map((row) => ({ ...row, ...none })),
  );
});

Deno.test("recomputeName() names what is made again", () => {
  const names = [[false, false], [true, false], [false, true], [true, true]] as const;
  assertEquals(
    names.map(([linear, block]) => recomputeName({ linear, block })),
    ["none", "linear", "block", "linear+block"],
  );
});
