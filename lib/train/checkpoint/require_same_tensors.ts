import { quoted } from "../../io/errors.ts";
import type { SafetensorsDtype } from "../../io/safetensors_dtypes.ts";
import type { Checkpoint } from "./open_checkpoint.ts";

/** A tensor that a model needs from its checkpoint. */
export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** The type of its elements; by default F32. */
  readonly dtype?: SafetensorsDtype;
}

/** A model of another size differs in every tensor; a few show how. */
const SHOWN = 5;

/**
 * Checks that a checkpoint holds exactly the expected tensors.
 *
 * @throws {RangeError} If a name, type or shape differs; the message shows the first five differences.
 */
export function requireSameTensors(
  checkpoint: Pick<Checkpoint, "path" | "tensors">,
  expected: readonly ExpectedTensor[],
): void {
  const { path, tensors } = checkpoint;
  const names = new Set(expected.map(({ name }) => name));
  const differences = [
    ...expected.flatMap((tensor) => difference(tensor, tensors.get(tensor.name))),
    ...[...tensors.keys()].filter((name) => !names.has(name)).map((name) =>
      `${quoted(name)} is in the checkpoint only`
    ),
  ];
  if (differences.length === 0) return;
  const more = differences.length - SHOWN;
  throw new RangeError(
    `The checkpoint ${JSON.stringify(path)} is of another model: ` +
      `${differences.slice(0, SHOWN).join("; ")}${more > 0 ? `; and ${more} more` : ""}: ` +
      `use the model it was saved from, or a new folder`,
  );
}

function difference(
  { name, shape, dtype = "F32" }: ExpectedTensor,
  saved: Required<ExpectedTensor> | undefined,
): string[] {
  if (saved === undefined) return [`${quoted(name)} is in the model only`];
  const here = `${dtype} [${shape.join(", ")}]`;
  const there = `${saved.dtype} [${saved.shape.join(", ")}]`;
  if (here === there) return [];
  return [`${quoted(name)} is ${there} in the checkpoint and ${here} in the model`];
}
