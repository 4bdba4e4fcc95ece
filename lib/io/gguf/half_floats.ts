/**
 * The value of every float16, by its 16 bits: the scales of quantized blocks are looked up here.
 *
 * A look-up costs less than a view per block, and the table is 256 KiB.
 */
export const HALF_FLOATS: Float32Array = new Float32Array(
  new Float16Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer),
);
