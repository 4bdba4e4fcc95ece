import { assertEquals, assertMatch } from "@std/assert";
import { platformWheel, wheels } from "../../../lib/engine/library/wheels.ts";
import { wheelFile } from "../../../lib/io/pip/wheel.ts";

function file(os: string, arch: string, cuda = false): string | undefined {
  const wheel = platformWheel({ os, arch, cuda });
  return wheel && wheelFile(wheel);
}

Deno.test("platformWheel() chooses by operating system, processor and CUDA", () => {
  assertEquals(
    file("linux", "x86_64"),
    "tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl",
  );
  assertEquals(
    file("linux", "x86_64", true),
    "tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl",
  );
  assertEquals(
    file("linux", "aarch64"),
    "tensorflow-2.21.0-cp312-cp312-manylinux_2_27_aarch64.whl",
  );
  assertEquals(file("darwin", "aarch64"), "tensorflow-2.21.0-cp312-cp312-macosx_12_0_arm64.whl");
});

Deno.test("platformWheel() has nothing for other platforms", () => {
  assertEquals(file("darwin", "x86_64"), undefined);
  assertEquals(file("windows", "x86_64"), undefined);
  assertEquals(file("linux", "aarch64", true), undefined);
});

Deno.test("wheels are all pinned by a hash of their own", () => {
  for (const wheel of wheels) assertMatch(wheel.sha256, /^[0-9a-f]{64}$/);
  assertEquals(new Set(wheels.map((wheel) => wheel.sha256)).size, wheels.length);
});
