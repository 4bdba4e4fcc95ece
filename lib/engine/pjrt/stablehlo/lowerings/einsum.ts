import { type Call, type Lowering, single, textAttribute } from "../call.ts";
import { dotGeneral } from "../text/dot.ts";
import type { Operand } from "../text/emitter.ts";
import { reduce } from "../text/folding.ts";
import { transpose } from "../text/shaping.ts";

/** A tensor and the letters of its axes. */
interface Term {
  readonly x: Operand;
  readonly letters: readonly string[];
}

/**
 * Einstein's sum of any number of tensors, from left to right.
 *
 * @throws {TypeError} If a letter stands twice at one tensor, or the equation has an ellipsis.
 */
function einsum(call: Call): Operand {
  const equation = textAttribute(call, "equation").replaceAll(" ", "");
  const [left = "", right = ""] = equation.split("->");
  if (equation.includes(".")) throw new TypeError(`Equation '${equation}' has an ellipsis`);
  const sides = left.split(",").map((side) => [...side]);
  if (sides.some((letters) => new Set(letters).size < letters.length)) {
    throw new TypeError(`Equation '${equation}' has a letter twice at one tensor`);
  }
  const terms = call.operands.map((x, i): Term => ({ x, letters: sides[i] ?? [] }));
  const wanted = [...right];
  const whole = terms.reduce((product, term, i) => {
    const later = new Set([...wanted, ...sides.slice(i + 1).flat()]);
    return multiply(call, [product, term], later);
  });
  const folded = sumOut(call, whole, new Set(wanted));
  return transpose(call.e, folded.x, wanted.map((letter) => folded.letters.indexOf(letter)));
}

/** The product of two terms, summed over the letters that nothing needs later. */
function multiply(call: Call, pair: readonly [Term, Term], later: ReadonlySet<string>): Term {
  const lettersOf = ({ letters }: Term) => new Set(letters);
  const a = sumOut(call, pair[0], lettersOf(pair[1]).union(later));
  const b = sumOut(call, pair[1], lettersOf(pair[0]).union(later));
  const shared = a.letters.filter((letter) => b.letters.includes(letter));
  const batch = shared.filter((letter) => later.has(letter));
  const contract = shared.filter((letter) => !later.has(letter));
  const places = (letters: readonly string[]) =>
    [a, b].map((term) => letters.map((letter) => term.letters.indexOf(letter))) as [
      number[],
      number[],
    ];
  const rest = ({ letters }: Term) => letters.filter((letter) => !shared.includes(letter));
  return {
    x: dotGeneral(call.e, [a.x, b.x], { batch: places(batch), contract: places(contract) }),
    letters: [...batch, ...rest(a), ...rest(b)],
  };
}

/** Folds the axes away whose letters are not needed. */
function sumOut({ e }: Call, { x, letters }: Term, needed: ReadonlySet<string>): Term {
  const axes = letters.flatMap((letter, axis) => needed.has(letter) ? [] : [axis]);
  const start = e.scalar(0, x.dtype);
  return {
    x: reduce(e, x, { operation: "add", start, axes }),
    letters: letters.filter((letter) => needed.has(letter)),
  };
}

/** Sums of products by an equation. */
export const EINSUM: ReadonlyMap<string, Lowering> = new Map([["Einsum", single(einsum)]]);
