import { assertEquals } from "@std/assert";
import { pythonCommand } from "../../../lib/io/pip/python_command.ts";

const script = `
import os
print(os.environ.get("LD_LIBRARY_PATH"), os.environ.get("QATLAB_A"), "PATH" in os.environ)
`;

Deno.test("pythonCommand() passes the environment on where every program may run", async () => {
  const before = Deno.env.get("LD_LIBRARY_PATH");
  Deno.env.set("LD_LIBRARY_PATH", "/nowhere");
  try {
    const options = { args: ["-c", script], env: { QATLAB_A: "a" } };
    const { stdout } = await pythonCommand("python3", options).output();
    assertEquals(new TextDecoder().decode(stdout).trim(), "/nowhere a True");
  } finally {
    if (before === undefined) Deno.env.delete("LD_LIBRARY_PATH");
    else Deno.env.set("LD_LIBRARY_PATH", before);
  }
});
