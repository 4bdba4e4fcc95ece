/** Options for {@linkcode toRotateHalfOrder}. */
export interface RotaryOrderOptions {
  /** The number of heads whose rows the tensor holds: of queries, or of keys. */
  heads: number;
  /** The rows of all heads together, `heads * headDim`; `headDim` must be even. */
  rows: number;
}

/**
 * Moves the rows of a query or key projection from interleaved rotary order to rotate-half order.
 *
 * GGUF files of the LLaMA architecture pair the rows `2i` and `2i + 1` of a head for one angle; Hugging
 * Face's models pair `i` and `i + headDim / 2`. Row `half * headDim / 2 + i` of the result is row
 * `2i + half` of the input, head by head. Attention scores stay the same.
 *
 * @param values The weights, `rows × I`, row-major; a bias is the case `I = 1`.
 * @param options The numbers of heads and rows.
 * @returns A new array.
 * @throws {RangeError} If the rows are not `heads` times an even number, or the values not whole rows.
 */
export function toRotateHalfOrder(
  values: Float32Array,
  { heads, rows }: RotaryOrderOptions,
): Float32Array<ArrayBuffer> {
  const headDim = rows / heads;
  const length = values.length / rows;
  if (!(Number.isInteger(headDim / 2) && Number.isInteger(length))) {
    throw new RangeError(
      `Rotary rows must be pairs in each head: current values are ${values.length} in ${rows} rows ` +
        `of ${heads} heads`,
    );
  }
  const moved = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const inHead = row % headDim;
    const to = row - inHead + (inHead >> 1) + (inHead & 1) * headDim / 2;
    moved.set(values.subarray(row * length, (row + 1) * length), to * length);
  }
  return moved;
}
