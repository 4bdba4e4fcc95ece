/**
 * What machine code may hang on: the system and, where it tells them, the processor's model and
 * abilities.
 */
export function machineText(): string {
  return text ??= [Deno.build.target, navigator.hardwareConcurrency, processor()].join("\n");
}

let text: string | undefined;

const LINES = /^(?:model name|flags|Features|CPU part)\s*:.*$/;

function processor(): string {
  try {
    const lines = Deno.readTextFileSync("/proc/cpuinfo").split("\n");
    return [...new Set(lines.filter((line) => LINES.test(line)))].sort().join("\n");
  } catch {
    return "";
  }
}
