import { assertEquals, assertThrows } from "@std/assert";
import { AppendFile, type AppendTarget } from "../../../lib/train/sinks/append_file.ts";

class FullDisk implements AppendTarget {
  room = 5;
  content = "";
  isClosed = false;

  writeSync(bytes: Uint8Array): number {
    if (this.room === 0) throw new Error("No space left on device");
    const taken = Math.min(3, this.room, bytes.length);
    this.content += new TextDecoder().decode(bytes.subarray(0, taken));
    this.room -= taken;
    return taken;
  }

  truncateSync(): void {
    this.content = "";
  }

  syncDataSync(): void {}

  close(): void {
    this.isClosed = true;
  }
}

Deno.test("AppendFile writes what a full disk refused as soon as there is room", () => {
  const disk = new FullDisk();
  const file = new AppendFile(disk);
  assertThrows(() => file.append("line 1\n"), Error, "No space left");
  assertThrows(() => file.append("line 2\n"), Error, "No space left");
  assertEquals(disk.content, "line ");
  disk.room = 100;
  file.append("line 3\n");
  assertEquals(disk.content, "line 1\nline 2\nline 3\n");
});

Deno.test("AppendFile says at the end what the disk never took, and closes the file", () => {
  const disk = new FullDisk();
  const file = new AppendFile(disk);
  assertThrows(() => file.append("line 1\n"), Error);
  assertThrows(() => file[Symbol.dispose](), Error, "No space left");
  assertEquals(disk.isClosed, true);
});
