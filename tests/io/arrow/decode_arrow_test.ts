import { assertEquals, assertThrows } from "@std/assert";
import {
  Field,
  Float32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
} from "apache-arrow";
import { arrowSchema } from "../../../lib/io/arrow/arrow_schema.ts";
import type { ArrowTable } from "../../../lib/io/arrow/arrow_table.ts";
import { decodeArrow } from "../../../lib/io/arrow/decode_arrow.ts";
import { encodeArrow } from "../../../lib/io/arrow/encode_arrow.ts";
import { FileFormatError } from "../../../lib/io/errors.ts";

const path = "table.arrow";

const table: ArrowTable = {
  columns: [
    { name: "text", kind: "utf8", nullable: true },
    { name: "float", kind: "float64", nullable: true },
    { name: "int", kind: "int32", nullable: false },
    { name: "long", kind: "int64", nullable: true },
    { name: "flag", kind: "bool", nullable: true },
  ],
  cells: [
    ["größer 🙂", "", null],
    [NaN, null, -0],
    [-(2 ** 31), 0, 2 ** 31 - 1],
    [null, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    [true, null, false],
  ],
  metadata: new Map([["a", "b"]]),
};

function float32File(): Uint8Array {
  const fields = [new Field("x", new Float32(), false)];
  const schema = new Schema(fields);
  const child = makeData({ type: new Float32(), length: 1, data: new Float32Array(1) });
  const struct = makeData({ type: new Struct(fields), length: 1, children: [child] });
  return tableToIPC(new Table(schema, new RecordBatch(schema, struct)), "file");
}

Deno.test("decodeArrow() gives back every type, null and number that encodeArrow() took", () => {
  assertEquals(decodeArrow(encodeArrow(table), { path }), table);
  const empty = { ...table, cells: table.columns.map(() => []) };
  assertEquals(decodeArrow(encodeArrow(empty), { path }), empty);
  const nines = { ...table, cells: table.cells.map((cells) => [...cells, ...cells, ...cells]) };
  assertEquals(decodeArrow(encodeArrow(nines), { path }), nines);
});

Deno.test("decodeArrow() reads several record batches as one table", () => {
  const schema = arrowSchema(table.columns, table.metadata);
  const { batches } = tableFromIPC(encodeArrow(table));
  const twice = [...batches, ...batches].map(({ data }) => new RecordBatch(schema, data));
  const bytes = tableToIPC(new Table(schema, twice), "file");
  const cells = table.cells.map((cells) => [...cells, ...cells]);
  assertEquals(decodeArrow(bytes, { path }).cells, cells);
});

Deno.test("decodeArrow() asks about the metadata before it looks at the columns", () => {
  const bytes = float32File();
  const accept = () => {
    throw new Error("unwanted");
  };
  assertThrows(() => decodeArrow(bytes, { path, accept }), Error, "unwanted");
  assertThrows(
    () => decodeArrow(bytes, { path }),
    FileFormatError,
    `column "x": expected a column of utf8, float64, int32, int64 or bool, found "Float32"`,
  );
});

Deno.test("decodeArrow() refuses what is no Arrow file, and one that is cut", () => {
  const refuse = (bytes: Uint8Array, text: string) =>
    assertThrows(() => decodeArrow(bytes, { path }), FileFormatError, text);
  refuse(new Uint8Array(), `the first bytes at byte 0: expected "ARROW1" of an Arrow file`);
  refuse(new TextEncoder().encode("run_id,loss\n"), `found "run_id"`);
  const bytes = encodeArrow(table);
  refuse(bytes.subarray(0, -1), "the file may be cut");
  refuse(bytes.subarray(0, 6), "the last bytes at byte 0");
});

Deno.test("decodeArrow() refuses texts that are no UTF-8, and numbers beyond 2^53", () => {
  const text = encodeArrow({ ...table, cells: [["abcdefgh", "", null], ...table.cells.slice(1)] });
  const at = new TextDecoder("latin1").decode(text).indexOf("abcdefgh");
  text[at] = 0xff;
  assertThrows(
    () => decodeArrow(text, { path }),
    FileFormatError,
    'column "text", row 0: expected UTF-8, found other bytes',
  );
  const long = encodeArrow(table);
  const bytes = new Uint8Array(BigInt64Array.of(BigInt(Number.MAX_SAFE_INTEGER)).buffer);
  const latin = (part: Uint8Array) => new TextDecoder("latin1").decode(part);
  const place = latin(long).indexOf(latin(bytes));
  long[place + 7] = 1;
  assertThrows(
    () => decodeArrow(long, { path }),
    FileFormatError,
    'column "long", row 1: expected an integer from -(2^53 - 1) to 2^53 - 1, found ',
  );
});

Deno.test("encodeArrow() refuses columns of different lengths", () => {
  const cells = [...table.cells.slice(0, -1), [true]];
  assertThrows(
    () => encodeArrow({ ...table, cells }),
    RangeError,
    "column 'flag' must have 3 rows, as the first one: current length is 1",
  );
});
