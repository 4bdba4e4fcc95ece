/** A repository on the hub at a revision. */
export interface HubName {
  /** What the repository holds. */
  readonly kind: "model" | "dataset";
  /** The name, `owner/name`, or for some old ones `name`. */
  readonly name: string;
  /** A branch, a tag or a full commit hash; `main` if the text told none. */
  readonly revision: string;
}

// One part of a name: letters, digits, dots, hyphens and underscores; no part of dots only.
const PART = /^(?!\.+$)[A-Za-z0-9._-]{1,96}$/;

/** Git's rules for names of branches and tags, made a little stricter. */
const REVISION = /^(?!.*(?:\.\.|\/\/|\/$|\.$))[A-Za-z0-9_][A-Za-z0-9._\/+-]{0,199}$/;

/**
 * Reads `owner/name`, `owner/name@revision` or `datasets/owner/name@revision`.
 *
 * @throws {SyntaxError} If the text has another form.
 */
export function parseHubName(text: string): HubName {
  const at = text.indexOf("@");
  const path = at < 0 ? text : text.slice(0, at);
  const revision = at < 0 ? "main" : text.slice(at + 1);
  const kind = path.startsWith("datasets/") ? "dataset" : "model";
  const name = kind === "dataset" ? path.slice("datasets/".length) : path;
  const parts = name.split("/");
  if (parts.length > 2 || !parts.every((part) => PART.test(part))) {
    throw new SyntaxError(
      `A name on the hub must be owner/name or owner/name@revision: current value is ` +
        JSON.stringify(text),
    );
  }
  if (!REVISION.test(revision)) {
    throw new SyntaxError(
      `A revision must be a branch, a tag or a commit: current value is ${
        JSON.stringify(revision)
      }`,
    );
  }
  return { kind, name, revision };
}

/** True for a full commit hash, which names its content for ever. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}
