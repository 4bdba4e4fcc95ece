/** A file whose tensors have names. */
export interface NamedTensors<T> {
  /** The path of the file. */
  readonly path: string;
  /** The tensors by name. */
  readonly tensors: ReadonlyMap<string, T>;
}

/**
 * Returns the tensor of this name.
 *
 * @throws {RangeError} If the file has none.
 */
export function tensorNamed<T>(file: NamedTensors<T>, name: string): T {
  const entry = file.tensors.get(name);
  if (entry !== undefined) return entry;
  const some = [...file.tensors.keys()].slice(0, 3).join(", ");
  throw new RangeError(
    `No tensor "${name}" in "${file.path}": it has ${file.tensors.size} tensors, such as ${some}`,
  );
}
