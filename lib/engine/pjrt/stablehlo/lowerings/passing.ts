import type { Call, Lowering } from "../call.ts";
import { typeText } from "../text/element_type.ts";
import type { Operand } from "../text/emitter.ts";

const same: Lowering = ({ operands }) => operands;

/** Keeps a compiler from merging what is computed behind it with equal computations before it. */
function barrier({ e, operands }: Call): readonly Operand[] {
  if (operands.length === 0) return [];
  const { head, operands: behind } = e.several(operands);
  const names = operands.map(({ name }) => name).join(", ");
  const types = operands.map(typeText).join(", ");
  e.line(`${head} = stablehlo.optimization_barrier ${names} : ${types}`);
  return behind;
}

/** Ops that hand tensors on. */
export const PASSING: ReadonlyMap<string, Lowering> = new Map<string, Lowering>([
  ["Identity", same],
  ["IdentityN", same],
  ["XlaOptimizationBarrier", barrier],
]);
