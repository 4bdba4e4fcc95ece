import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const DOCTOR = new URL("../../lib/cli/doctor.ts", import.meta.url).pathname;

async function doctor(args: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-env",
      "--allow-read",
      "--allow-write",
      "--allow-run=python3",
      "--allow-ffi",
      "--allow-sys",
      DOCTOR,
      ...args,
    ],
    env: { NO_COLOR: "1", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("doctor reports backend, library, device, threads and types, with the task's permissions", async () => {
  const { code, stdout } = await doctor([]);
  assertEquals(code, 0);
  for (
    const line of [
      /^backend +tensorflow/m,
      /^library +TensorFlow 2\./m,
      /^device +CPU/m,
      /^threads +\d/m,
    ]
  ) {
    assertMatch(stdout, line);
  }
  assertStringIncludes(stdout, "float32 computes");
});

Deno.test("doctor falls back where the library cannot be had, and says why", async () => {
  const { code, stdout } = await doctor(["--no-fetch", "--format", "json"], {
    QATLAB_TENSORFLOW: "/nonexistent/folder",
  });
  assertEquals(code, 0);
  const rows: { what: string; value: string; reason: string }[] = JSON.parse(stdout);
  const refused = rows.find(({ value }) => value === "not tensorflow");
  assertStringIncludes(refused?.reason ?? "", "/nonexistent/folder");
  assertMatch(rows[0]?.value ?? "", /webgpu|wasm/);
});

Deno.test("doctor fails in one line when the backend asked for cannot be had", async () => {
  const { code, stdout, stderr } = await doctor(["--backend", "tensorflow", "--no-fetch"], {
    QATLAB_TENSORFLOW: "/nonexistent/folder",
  });
  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assertMatch(stderr, /^error: .*\/nonexistent\/folder.*\n$/);
});

Deno.test("doctor names the option that was meant", async () => {
  const { code, stderr } = await doctor(["--backen", "wasm"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--backend");
});
