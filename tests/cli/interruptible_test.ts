import { assertEquals } from "@std/assert";

const MODULE = new URL("../../lib/cli/interruptible.ts", import.meta.url).href;

/** Waits for the signal, and ends as the command lines do; the end of the module must not dispose of it. */
const SCRIPT = `
  import { interruptible } from "${MODULE}";
  const stop = interruptible("stopping");
  console.log("ready");
  const alive = setInterval(() => {}, 1000);
  stop.signal.addEventListener("abort", () => { clearInterval(alive); Deno.exit(stop.exitCode); });
`;

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`interruptible() tells the exit code of ${signal}`, async () => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", SCRIPT],
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    child.kill(signal);
    const stderr = await new Response(child.stderr).text();
    await reader.cancel();
    assertEquals([(await child.status).code, stderr], [expected, "\nstopping\n"]);
  });
}
