import { arch, cpus } from "node:os";
import { configurationHash, type JsonValue } from "../io/config_hash.ts";
import type { CodeState } from "./code_state.ts";

/** A chosen value with the reason for it. */
export interface ReasonedText {
  readonly value: string;
  readonly reason: string;
}

/** A file that a run read: a model, a tokenizer, a text. */
export interface InputFile {
  readonly name: string;
  /** The revision of the repository it came from; null where there is none. */
  readonly revision: string | null;
  /** The sha256 of its bytes; of a corpus in many files, that of its text in UTF-8. */
  readonly sha256: string;
}

/** What is needed to know where a run's numbers come from, and to run it again. */
export interface Manifest {
  readonly run: {
    readonly id: string;
    readonly study: string;
    /** The command line, such as `["deno", "task", "sweep"]`. */
    readonly command: readonly string[];
    /** The checkpoint that the run went on from; null if it began anew. */
    readonly resumedFrom: string | null;
  };
  /** The configuration with every default filled in, and its {@linkcode configurationHash}. */
  readonly configuration: JsonValue;
  readonly configurationHash: string;
  /** What the user set, such as `rank=8`. */
  readonly overrides: readonly string[];
  /** The seed, and whether it was drawn rather than given. */
  readonly seed: { readonly value: number; readonly drawn: boolean };
  readonly code: CodeState;
  readonly inputs: readonly InputFile[];
  /** Versions by name: `deno`, `v8`, `typescript`, and that of the backend, such as `tensorflow`. */
  readonly libraries: Readonly<Record<string, string>>;
  readonly system: {
    readonly os: string;
    readonly arch: string;
    /** The name of the processor; null where the program may not ask. */
    readonly cpu: string | null;
  };
  readonly device: ReasonedText;
  readonly threads: number;
  /** How the model was scored: split, sequence length, stride, and so on. */
  readonly protocol: JsonValue;
}

/** What {@linkcode makeManifest} cannot find out by itself. */
export interface ManifestOptions
  extends Omit<Manifest, "configurationHash" | "system" | "libraries"> {
  /** Versions of libraries beside those of Deno. */
  readonly libraries?: Readonly<Record<string, string>>;
}

/**
 * Makes the manifest of a run.
 *
 * @param options The facts of the run; `code` is what `codeState()` found.
 * @throws {RangeError} If the configuration holds what JSON cannot hold exactly.
 */
export function makeManifest(options: ManifestOptions): Manifest {
  return {
    run: options.run,
    configuration: options.configuration,
    configurationHash: configurationHash(options.configuration),
    overrides: options.overrides,
    seed: options.seed,
    code: options.code,
    inputs: options.inputs,
    libraries: { ...Deno.version, ...options.libraries },
    system: { os: Deno.build.os, arch: arch(), cpu: processor() },
    device: options.device,
    threads: options.threads,
    protocol: options.protocol,
  };
}

function processor(): string | null {
  // Asked for first, as a refusal would else stop a run to ask its user.
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "cpus" });
  return state === "granted" ? cpus()[0]?.model.trim() ?? null : null;
}
