import { assert, assertInstanceOf, assertMatch, assertStrictEquals } from "@std/assert";
import { FilesUnavailableError } from "../../../lib/io/pip/files_unavailable_error.ts";
import { storageFault } from "../../../lib/io/pip/storage_fault.ts";

const need = { name: "the thing", folder: "/cache", bytes: 3 * 2 ** 29 };

function message(code: string): string {
  const cause = Object.assign(new Error("the system's words"), { code });
  const fault = storageFault(cause, need);
  assertInstanceOf(fault, FilesUnavailableError);
  assertStrictEquals(fault.cause, cause);
  return fault.message;
}

Deno.test("storageFault() tells how much room a full disk needs", () => {
  for (const code of ["ENOSPC", "EDQUOT"]) {
    assertMatch(
      message(code),
      /the disk of \/cache is full: free 1\.5 GiB there, or set QATLAB_CACHE/,
    );
  }
});

Deno.test("storageFault() names QATLAB_CACHE for a folder that cannot be written", () => {
  for (const code of ["EROFS", "EACCES", "ENOTDIR"]) {
    assertMatch(
      message(code),
      /^Cannot write the thing into the cache folder \/cache \(the system's words\): set QATLAB_CACHE/,
    );
  }
});

Deno.test("storageFault() names the permission that Deno was not given", () => {
  const cause = new Deno.errors.NotCapable("Requires write access");
  const fault = storageFault(cause, need);
  assertInstanceOf(fault, FilesUnavailableError);
  assert(fault.message.endsWith("Cannot fetch the thing into /cache: Requires write access"));
});

Deno.test("storageFault() returns errors of other kinds as they are", () => {
  for (const error of [new RangeError("a fault in a program"), "text", undefined]) {
    assertStrictEquals(storageFault(error, need), error);
  }
});
