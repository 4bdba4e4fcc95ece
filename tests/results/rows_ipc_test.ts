import { isDeepStrictEqual } from "node:util";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { tableFromIPC } from "apache-arrow";
import { BLANK_SEAL, SEAL_KEY, sealArrow } from "../../lib/io/arrow/arrow_seal.ts";
import { decodeArrow } from "../../lib/io/arrow/decode_arrow.ts";
import { encodeArrow } from "../../lib/io/arrow/encode_arrow.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { CURVES, LAYERS, type RowFormat, RUNS, SCHEMAS } from "../../lib/results/row_format.ts";
import { decodeRows, encodeRows } from "../../lib/results/rows_ipc.ts";
import { SchemaVersionError } from "../../lib/results/schema_version_error.ts";
import { mutations } from "../io/mutations.ts";
import { sampleCurve, sampleLayers, sampleRun } from "./samples.ts";

const path = "results/quick/runs.arrow";
const metadata = new Map([["note", "größer"]]);
const runs = [sampleRun(0), sampleRun(1), sampleRun(2, { status: "failed", error: "größer 🙂" })];

function again<Row extends object>(format: RowFormat<Row>, rows: readonly Row[]) {
  return decodeRows(format, { bytes: encodeRows(format, { rows, metadata }), path });
}

/** Writes a file of ours again with other metadata, under a new seal. */
function withMetadata(bytes: Uint8Array, changes: Readonly<Record<string, string>>): Uint8Array {
  const table = decodeArrow(bytes, { path });
  const changed = { [SEAL_KEY]: BLANK_SEAL, ...changes };
  const other = encodeArrow({
    ...table,
    metadata: new Map([...table.metadata, ...Object.entries(changed)]),
  });
  if (changed[SEAL_KEY] === BLANK_SEAL) sealArrow(other);
  return other;
}

Deno.test("decodeRows() gives back every row that encodeRows() took, and the metadata", () => {
  assertEquals(again(RUNS, runs).rows, runs);
  assertEquals(again(RUNS, runs).metadata.get("note"), "größer");
  assertEquals(again(CURVES, sampleCurve(1)).rows, sampleCurve(1));
  assertEquals(again(LAYERS, sampleLayers(1)).rows, sampleLayers(1));
  assertEquals(again(RUNS, []).rows, []);
});

Deno.test("encodeRows() keeps NaN, infinity and null apart", () => {
  const losses = [NaN, Infinity, -Infinity, -0, 5e-324];
  const rows = losses.map((loss, step) => ({ ...sampleCurve(0)[0]!, step, loss }));
  assertEquals(again(CURVES, rows).rows.map(({ loss }) => loss), losses);
  const validation_loss = NaN;
  assertEquals(again(CURVES, [{ ...rows[0]!, validation_loss }]).rows[0]?.validation_loss, NaN);
});

Deno.test("encodeRows() gives equal bytes for equal rows, whatever bits their NaN have", () => {
  const bits = new Float64Array(new BigUint64Array([0xfff8000000000001n]).buffer);
  const [first, second] = [NaN, bits[0]!].map((loss) =>
    encodeRows(CURVES, { rows: [{ ...sampleCurve(0)[0]!, loss }], metadata })
  );
  assertEquals(first, second);
});

Deno.test("the Arrow schemas have the types and nulls of the contract", () => {
  const fields = SCHEMAS.runs.fields.map(({ name, type, nullable }) =>
    `${name} ${type}${nullable ? "?" : ""}`
  );
  for (
    const expected of [
      "run_id Utf8",
      "error Utf8?",
      "bits Int32",
      "alpha Float64",
      "learn_scale Bool",
      "seed Int64",
      "perplexity Float64?",
      "merge_exact Bool?",
      "peak_resident_bytes Int64?",
      "started Utf8",
    ]
  ) assert(fields.includes(expected), `${expected} is not in ${fields}`);
  assertEquals(fields.length, Object.keys(sampleRun(0)).length);
  assertEquals(SCHEMAS.curves.metadata.get("qatlab.schema"), "curves/1");
  const written = tableFromIPC(encodeRows(LAYERS, { rows: sampleLayers(0), metadata })).schema;
  assertEquals(String(written), String(SCHEMAS.layers));
});

Deno.test("encodeRows() refuses rows that break the rules, and names column, row and value", () => {
  const refuse = (changes: object, kind: typeof TypeError | typeof RangeError, text: string) =>
    assertThrows(
      () => encodeRows(RUNS, { rows: [sampleRun(0), { ...sampleRun(1), ...changes }], metadata }),
      kind,
      text,
    );
  refuse({ run_id: "../x" }, RangeError, `'run_id' in row 1 must be 8 to 64 hexadecimal digits`);
  refuse({ status: "good" }, RangeError, `one of done, diverged, failed, oom, stopped`);
  refuse({ started: "yesterday" }, RangeError, `'started' in row 1`);
  refuse({ bits: 2.5 }, RangeError, `must be an integer of 32 bits: current value is 2.5`);
  refuse({ trainable: 2 ** 60 }, RangeError, `'trainable' in row 1 must be an integer from`);
  refuse({ rank: null }, TypeError, `'rank' in row 1 must be int32: current value is null`);
  refuse({ perplexity: "9" }, TypeError, `must be float64 or null: current value is "9"`);
  refuse({ learn_scale: 1 }, TypeError, `'learn_scale' in row 1 must be bool`);
  refuse({ phi: undefined }, TypeError, `must be utf8 or null: current value is undefined`);
  refuse({ error: "\ud800" }, RangeError, `must be Unicode text`);
});

Deno.test("decodeRows() refuses another version, and says what to do", () => {
  const bytes = encodeRows(RUNS, { rows: runs, metadata });
  const remedies = [[RUNS.version + 1, "use the newer qatlab"], [0, "run the study again"]];
  for (const [version, remedy] of remedies) {
    const other = withMetadata(bytes, { "qatlab.schema": `runs/${version}` });
    const error = assertThrows(() => decodeRows(RUNS, { bytes: other, path }), SchemaVersionError);
    assertEquals([error.found, error.expected, error.path], [version, RUNS.version, path]);
    assert(error.message.includes(`version ${version} of its schema`), error.message);
    assert(error.message.includes(String(remedy)), error.message);
  }
});

Deno.test("decodeRows() refuses files of another kind", () => {
  const refuse = (bytes: Uint8Array, text: string) =>
    assertThrows(() => decodeRows(RUNS, { bytes, path }), FileFormatError, text);
  refuse(new Uint8Array(), "none: the file is damaged, or another program wrote it");
  refuse(
    encodeRows(CURVES, { rows: [], metadata }),
    `expected "runs/${RUNS.version}", found "curves/1"`,
  );
  const bytes = encodeRows(RUNS, { rows: runs, metadata });
  refuse(withMetadata(bytes, { "qatlab.seal": "0" }), "another program wrote it");
  const { columns, cells, metadata: all } = decodeArrow(bytes, { path });
  const fewer = encodeArrow({
    columns: columns.slice(1),
    cells: cells.slice(1),
    metadata: new Map([...all, [SEAL_KEY, BLANK_SEAL]]),
  });
  sealArrow(fewer);
  refuse(fewer, `column 0: expected "run_id" of utf8, found "study" of utf8`);
  const strange = encodeArrow({
    columns,
    cells: cells.map((column, index) => columns[index]?.name === "grid" ? ["a", "b", "c"] : column),
    metadata: new Map([...all, [SEAL_KEY, BLANK_SEAL]]),
  });
  sealArrow(strange);
  refuse(strange, `column "grid", row 0: expected one of symmetric, asymmetric, found "a"`);
});

Deno.test("decodeRows() refuses every cut of a file", () => {
  const bytes = encodeRows(CURVES, { rows: sampleCurve(0, 3), metadata });
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.subarray(0, length);
    assertThrows(() => decodeRows(CURVES, { bytes: cut, path }), FileFormatError);
  }
});

Deno.test("decodeRows() answers 4,000 damaged files by FileFormatError", () => {
  const rows = sampleLayers(0);
  const bytes = encodeRows(LAYERS, { rows, metadata });
  let refused = 0;
  for (const file of mutations(bytes, { count: 4000, seed: 5, within: bytes.length })) {
    if (isDeepStrictEqual(file, Uint8Array.from(bytes))) continue;
    const error = assertThrows(() => decodeRows(LAYERS, { bytes: file, path }), FileFormatError);
    assert(error.message.length < 1000, error.message);
    refused++;
  }
  assert(refused > 3000, `${refused} refused`);
});

Deno.test("decodeRows() sees every changed bit of a number", () => {
  const rows = sampleCurve(0, 2);
  const bytes = encodeRows(CURVES, { rows, metadata });
  const losses = new Uint8Array(Float64Array.from(rows, ({ loss }) => loss).buffer);
  const text = (part: Uint8Array) => new TextDecoder("latin1").decode(part);
  const at = text(bytes).indexOf(text(losses));
  assert(at > 0);
  for (let bit = 0; bit < 8 * losses.length; bit++) {
    const changed = bytes.slice();
    changed[at + (bit >> 3)]! ^= 1 << (bit & 7);
    const error = assertThrows(() => decodeRows(CURVES, { bytes: changed, path }));
    assertInstanceOf(error, FileFormatError);
  }
});
