/**
 * The two lists of levels of QLoRA's storage, as bitsandbytes has them.
 *
 * @module
 */

/** The 16 levels of NormalFloat4, in rising order. */
export const NF4_LEVELS: Float32Array = Float32Array.of(
  -1.0,
  -0.6961928009986877,
  -0.5250730514526367,
  -0.39491748809814453,
  -0.28444138169288635,
  -0.18477343022823334,
  -0.09105003625154495,
  0.0,
  0.07958029955625534,
  0.16093020141124725,
  0.24611230194568634,
  0.33791524171829224,
  0.44070982933044434,
  0.5626170039176941,
  0.7229568362236023,
  1.0,
);

/**
 * The 256 levels of the signed 8-bit dynamic map, in rising order: for each of 7 decades the middles of
 * `2^i` equal parts of 0.1 to 1, both signs, and 0 and 1.
 */
export const DYNAMIC_LEVELS: Float32Array = dynamicLevels();

/** The middles between neighbours: a value's nearest level is the number of middles below it. */
export function middlesOf(levels: Float32Array): Float32Array {
  return levels.slice(1).map((level, i) => Math.fround(level + levels[i]!) / 2);
}

function dynamicLevels(): Float32Array {
  const levels = [0, 1];
  for (let i = 0; i < 7; i++) {
    const parts = 2 ** i;
    const edges = Float32Array.from({ length: parts + 1 }, (_, j) => 0.1 + 0.9 * j / parts);
    for (const middle of middlesOf(edges)) {
      const level = 10 ** (i - 6) * middle;
      levels.push(level, -level);
    }
  }
  return Float32Array.from(levels).sort();
}
