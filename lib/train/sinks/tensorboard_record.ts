import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { maskedCrc32c } from "./masked_crc32c.ts";

// Field numbers of tensorflow/core/util/event.proto and framework/summary.proto.
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 };
const SUMMARY = { value: 1 };
const VALUE = { tag: 1, simpleValue: 2 };
const SESSION_LOG = { status: 1 };
const STATUS_START = 1;

/** Returns the record that every event file begins with. */
export function versionRecord(): Uint8Array {
  return record(event(0).tag(EVENT.fileVersion, WireType.LengthDelimited).string("brain.Event:2"));
}

/** Returns the record that makes TensorBoard forget what earlier files say of `step` and later. */
export function restartRecord(step: number): Uint8Array {
  const log = new BinaryWriter().tag(SESSION_LOG.status, WireType.Varint).int32(STATUS_START);
  return record(
    event(step).tag(EVENT.sessionLog, WireType.LengthDelimited).bytes(log.finish()),
  );
}

/** Returns the record of a step's numbers by name; the format keeps them in float32. */
export function scalarsRecord(
  step: number,
  scalars: Readonly<Record<string, number>>,
): Uint8Array {
  const summary = new BinaryWriter();
  for (const [name, value] of Object.entries(scalars)) {
    summary.tag(SUMMARY.value, WireType.LengthDelimited).fork();
    summary.tag(VALUE.tag, WireType.LengthDelimited).string(name);
    summary.tag(VALUE.simpleValue, WireType.Bit32).float(Math.fround(value)).join();
  }
  return record(
    event(step).tag(EVENT.summary, WireType.LengthDelimited).bytes(summary.finish()),
  );
}

function event(step: number): BinaryWriter {
  const writer = new BinaryWriter().tag(EVENT.wallTime, WireType.Bit64).double(Date.now() / 1000);
  // A field that is zero is left out, as protobuf's own writers do.
  return step === 0 ? writer : writer.tag(EVENT.step, WireType.Varint).int64(step);
}

// A TFRecord: length, its checksum, the data, its checksum; little-endian.
function record(message: BinaryWriter): Uint8Array {
  const data = message.finish();
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}
