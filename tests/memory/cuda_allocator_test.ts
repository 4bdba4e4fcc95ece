import { assertEquals } from "@std/assert";
import { cudaBytes } from "../../lib/memory/cuda_allocator.ts";

const MIB = 2 ** 20;

Deno.test("cudaBytes() rounds allocated tensors up to 512 bytes", () => {
  assertEquals([1, 512, 513, 8 * MIB + 1].map((bytes) => cudaBytes(bytes, "allocated")), [
    512,
    512,
    1024,
    8 * MIB + 512,
  ]);
});

Deno.test("cudaBytes() counts the reserved segments of large tensors", () => {
  const reserved = (mebibytes: number) => cudaBytes(mebibytes * MIB, "reserved") / MIB;
  assertEquals([0.5, 1, 2, 4, 8, 10, 21.5, 64].map(reserved), [0.5, 1, 2, 4, 10, 10, 22, 64]);
});
