/** How two orders of the same things agree. */
export interface OrderAgreement {
  /** Kendall's tau-b, from -1 to 1; `null` where one side has nothing but ties. */
  readonly tau: number | null;
  /** Pairs in the same order on both sides. */
  readonly concordant: number;
  /** Pairs in opposite orders. */
  readonly discordant: number;
  /** Pairs that are equal on at least one side. */
  readonly tied: number;
}

/**
 * Kendall's rank correlation, the variant with ties:
 * `tau-b = (C - D) / sqrt((C + D + X) (C + D + Y))`, where of all pairs C are in the same order, D in
 * opposite ones, X are equal in `xs` alone and Y in `ys` alone (Kendall, 1945). Pairs equal in both do
 * not count.
 *
 * @throws {RangeError} If the lists are of different lengths, or hold a NaN.
 */
export function kendallTau(xs: readonly number[], ys: readonly number[]): OrderAgreement {
  if (xs.length !== ys.length) {
    throw new RangeError(
      `Cannot compare orders: the lists must have equal lengths: they have ${xs.length} and ${ys.length}`,
    );
  }
  if ([...xs, ...ys].some(Number.isNaN)) {
    throw new RangeError("Cannot compare orders: a value is NaN");
  }
  let [concordant, discordant, xTies, yTies, bothTies] = [0, 0, 0, 0, 0];
  for (let i = 0; i < xs.length; i++) {
    for (let j = 0; j < i; j++) {
      const x = Math.sign(xs[i]! - xs[j]!);
      const y = Math.sign(ys[i]! - ys[j]!);
      if (x === 0 && y === 0) bothTies++;
      else if (x === 0) xTies++;
      else if (y === 0) yTies++;
      else if (x === y) concordant++;
      else discordant++;
    }
  }
  const ordered = concordant + discordant;
  const size = Math.sqrt((ordered + xTies) * (ordered + yTies));
  return {
    tau: size === 0 ? null : (concordant - discordant) / size,
    concordant,
    discordant,
    tied: xTies + yTies + bothTies,
  };
}
