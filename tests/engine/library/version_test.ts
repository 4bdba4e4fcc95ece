import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { LibraryUnavailableError } from "../../../lib/engine/library/library_unavailable_error.ts";
import {
  hasVectorWidthFlag,
  isSupportedVersion,
  requireSupportedVersion,
} from "../../../lib/engine/library/version.ts";

Deno.test("isSupportedVersion() accepts 2.16 and later 2.x only", () => {
  const good = ["2.16.0", "2.16.0-rc1", "2.21.0", "2.22.0.dev20260101"];
  const bad = ["2.15.1", "2.9.1", "1.16.0", "3.0.0", "12.16.0", "2.21", "", "unknown", "2.x.0"];
  assertEquals(good.filter((version) => !isSupportedVersion(version)), []);
  assertEquals(bad.filter((version) => isSupportedVersion(version)), []);
});

Deno.test("hasVectorWidthFlag() trusts no version that is older or not known", () => {
  const versions = ["2.18.1", "2.19.0", "2.21.0", "unknown"];
  assertEquals(versions.map(hasVectorWidthFlag), [false, true, true, false]);
});

Deno.test("requireSupportedVersion() names the library, its version and the remedy", () => {
  requireSupportedVersion("2.21.0", "/a/libtensorflow_cc.so.2");
  const error = assertThrows(
    () => requireSupportedVersion("2.15.0", "/a/libtensorflow_cc.so.2"),
    LibraryUnavailableError,
  );
  assertMatch(error.message, /^Cannot use \/a\/libtensorflow_cc\.so\.2: it is TensorFlow 2\.15\.0/);
  assert(error.message.includes("QATLAB_TENSORFLOW"));
});
