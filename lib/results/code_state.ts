import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMissing } from "../io/system_error.ts";

/** The code that computed a result; null where it cannot be known. */
export interface CodeState {
  /** The commit that is checked out. */
  readonly revision: string | null;
  /** Whether the code differs from the commit. */
  readonly dirty: boolean | null;
  /** The sha256 of the difference to the commit, new files included; null where there is none. */
  readonly changesSha256: string | null;
  /** The sha256 of `deno.lock`, which pins every library. */
  readonly lockSha256: string | null;
}

/** What computes: results, notebooks and texts may change without making numbers doubtful. */
const CODE = ["lib", "experiments", "mod.ts", "deno.json", "deno.lock"];

/**
 * Finds out which code runs, by git where the program may run it.
 *
 * @param root The folder that holds `lib`; by default the one that this file is in.
 */
export async function codeState(root: string = defaultRoot()): Promise<CodeState> {
  const lockSha256 = root === "" ? null : await fileSha256(join(root, "deno.lock"));
  const revision = (await git(root, ["rev-parse", "--verify", "HEAD"]))?.trim() ?? null;
  const status = await git(root, ["status", "--porcelain", "--", ...CODE]);
  const changes = await git(root, ["diff", "HEAD", "--binary", "--no-ext-diff", "--", ...CODE]);
  const added = await git(root, [
    "ls-files",
    "-z",
    "--others",
    "--exclude-standard",
    "--",
    ...CODE,
  ]);
  if (
    revision === null || status === undefined || changes === undefined || added === undefined
  ) return { revision, dirty: null, changesSha256: null, lockSha256 };
  const isSame = changes === "" && added === "";
  const changesSha256 = isSame ? null : await changesHash(root, { changes, added });
  return { revision, dirty: status !== "", changesSha256, lockSha256 };
}

async function changesHash(
  root: string,
  { changes, added }: { readonly changes: string; readonly added: string },
): Promise<string> {
  const hash = createHash("sha256").update(changes);
  for (const name of added.split("\0").filter((name) => name !== "")) {
    hash.update(`\0${name}\0${await fileSha256(join(root, name))}`);
  }
  return hash.digest("hex");
}

function defaultRoot(): string {
  // A copy that is read over the network has no folder, and neither git nor a lock file.
  const root = new URL("../../", import.meta.url);
  return root.protocol === "file:" ? fileURLToPath(root) : "";
}

async function git(root: string, args: readonly string[]): Promise<string | undefined> {
  // Asked for first, as a refusal would else stop a run to ask its user.
  const { state } = await Deno.permissions.query({ name: "run", command: "git" });
  if (state !== "granted" || root === "") return undefined;
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: [...args],
      cwd: root,
      env: { GIT_OPTIONAL_LOCKS: "0" },
    }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    // No git, no repository, no folder: all the same to who asks which code this is.
    return undefined;
  }
}

async function fileSha256(path: string): Promise<string | null> {
  try {
    return createHash("sha256").update(await Deno.readFile(path)).digest("hex");
  } catch (error) {
    if (isMissing(error) || error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}
