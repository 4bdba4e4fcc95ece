/** What a command came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a process of its own. */
export async function runScript(script: string, ...args: string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...PERMISSIONS, path(`../../lib/cli/${script}`), ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: out ?? "", stderr: err ?? "" };
}

const PERMISSIONS = ["env", "read", "write", "run=python3,git", "ffi", "sys"].map((name) =>
  `--allow-${name}`
);

function path(relative: string): string {
  return new URL(relative, import.meta.url).pathname;
}
