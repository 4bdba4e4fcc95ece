import { FileFormatError, quoted } from "../io/errors.ts";
import type { LlamaConfig } from "./config.ts";
import { parameterShapes } from "./parameter_shapes.ts";

type Shapes = ReadonlyMap<string, readonly number[]>;

/** How many differences a message names; a wrong configuration makes hundreds. */
const NAMED = 5;

/** Old checkpoints hold the rotary frequencies, which follow from the configuration. */
const FREQUENCIES = /^model\.layers\.\d+\.self_attn\.rotary_emb\.inv_freq$/;

/** The tensors of a checkpoint, and what its configuration says. */
export interface CheckShapesOptions {
  /** The path of the checkpoint, for messages. */
  path: string;
  config: LlamaConfig;
}

/**
 * Checks the tensors of a checkpoint against its configuration.
 *
 * Left aside are stored rotary frequencies, and a copy of the embedding as output head where the two
 * are tied.
 *
 * @returns The names of the tensors to load.
 * @throws {FileFormatError} If tensors are missing, surplus or misshapen; it names the first ones.
 */
export function checkShapes(found: Shapes, { path, config }: CheckShapesOptions): string[] {
  const expected = parameterShapes(config);
  const differences = [...missingOrMisshapen(found, expected), ...surplus(found, expected)];
  if (differences.length === 0) return [...expected.keys()];
  const more = differences.length - NAMED;
  throw new FileFormatError(path, {
    where: "the tensors",
    expected: "those of the configuration",
    found: differences.slice(0, NAMED).join("; ") + (more > 0 ? `; and ${more} more` : ""),
  });
}

function* missingOrMisshapen(found: Shapes, expected: Shapes): Iterable<string> {
  for (const [name, shape] of expected) {
    const other = found.get(name);
    if (!other) yield `no ${quoted(name)}`;
    else if (`${other}` !== `${shape}`) yield `${quoted(name)} [${other}] and not [${shape}]`;
  }
}

function* surplus(found: Shapes, expected: Shapes): Iterable<string> {
  for (const name of found.keys()) {
    const isAside = name === "lm_head.weight" || FREQUENCIES.test(name);
    if (!expected.has(name) && !isAside) yield `surplus ${quoted(name)}`;
  }
}
