import { assert, assertEquals, assertRejects } from "@std/assert";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { maskedCrc32c } from "../../../lib/train/sinks/masked_crc32c.ts";
import type { TrainEvent } from "../../../lib/train/events.ts";
import { TensorBoard, type TensorBoardOptions } from "../../../lib/train/sinks/tensorboard.ts";
import {
  restartRecord,
  scalarsRecord,
  versionRecord,
} from "../../../lib/train/sinks/tensorboard_record.ts";
import { checkpoint, evaluation, start, step, steps, temporaryFolder } from "./events.ts";

async function write(folder: string, events: readonly TrainEvent[], options?: TensorBoardOptions) {
  await using sink = new TensorBoard(folder, options);
  for (const event of events) await sink.take(event);
}

async function filesIn(folder: string): Promise<string[]> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  return names.sort().map((name) => `${folder}/${name}`);
}

/** Reads the step of each record and checks the checksums. */
async function stepsOf(path: string): Promise<number[]> {
  const bytes = await Deno.readFile(path);
  const view = new DataView(bytes.buffer);
  const found: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const data = bytes.subarray(at + 12, at + 12 + view.getUint32(at, true));
    assertEquals(view.getUint32(at + 8, true), maskedCrc32c(bytes.subarray(at, at + 8)));
    at += 12 + data.length;
    assertEquals(view.getUint32(at, true), maskedCrc32c(data));
    at += 4;
    const reader = new BinaryReader(data);
    assertEquals(reader.tag()[0], 1);
    reader.double();
    found.push(reader.tag()[0] === 2 ? Number(reader.int64()) : 0);
  }
  return found;
}

Deno.test("maskedCrc32c() agrees with TensorBoard's", () => {
  // tensorboard 2.21: masked_crc32c(b"123456789")
  assertEquals(maskedCrc32c(new TextEncoder().encode("123456789")), 0xc78ab0e5);
});

Deno.test("the records of an event file are those of TensorBoard's own writer, byte for byte", () => {
  const now = Date.now;
  Date.now = () => 1500;
  try {
    // tensorboard 2.21: RecordWriter(b).write(event.SerializeToString()) of, with wall_time=1.5,
    // Event(step=0, file_version="brain.Event:2")
    assertEquals(
      versionRecord().toHex(),
      "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c",
    );
    // Event(step=301, session_log=SessionLog(status=SessionLog.START))
    assertEquals(
      restartRecord(301).toHex(),
      "100000000000000095fbfe1809000000000000f83f10ad023a020801d17949d4",
    );
    // Event(step=300, summary=Summary(value=[
    //   Summary.Value(tag="train/loss", simple_value=1 / 3),
    //   Summary.Value(tag="evaluation/perplexity", simple_value=float("nan")),
    // ]))
    assertEquals(
      scalarsRecord(300, { "train/loss": 1 / 3, "evaluation/perplexity": NaN }).toHex(),
      "3f000000000000005165766109000000000000f83f10ac022a310a110a0a747261696e2f6c6f737315abaaaa3e" +
        "0a1c0a156576616c756174696f6e2f706572706c6578697479150000c07f1e270608",
    );
  } finally {
    Date.now = now;
  }
});

Deno.test("TensorBoard writes a file a process, which begins after the step it resumes from", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/new/run`;
  await write(path, [start(), evaluation(0), ...steps(1, 3), checkpoint(3)]);
  await new Promise((resolve) => setTimeout(resolve, 2));
  await write(path, [start(2), step(3)]);
  const files = await filesIn(path);
  assertEquals(await Promise.all(files.map(stepsOf)), [[0, 1, 0, 1, 2, 3], [0, 3, 3]]);
});

Deno.test("TensorBoard refuses a new run beside another one's files, unless told", async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, [start(), step(1)]);
  await assertRejects(() => write(folder.path, [start()]), Deno.errors.AlreadyExists, "'replace'");
  await new Promise((resolve) => setTimeout(resolve, 2));
  await write(folder.path, [start(), step(1)], { replace: true });
  assertEquals((await filesIn(folder.path)).length, 2);
});

Deno.test("TensorBoard makes no file before there is a number", async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, [start()]);
  assertEquals(await filesIn(folder.path), []);
  await write(folder.path, [start(), step(1)]);
  assert((await filesIn(folder.path))[0]?.includes("events.out.tfevents."));
});
