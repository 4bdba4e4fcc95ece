import { type Call, type Lowering, operand, pair, result, single } from "../call.ts";
import { complexPart } from "../text/arithmetic.ts";
import { typeText } from "../text/element_type.ts";
import type { Operand } from "../text/emitter.ts";
import { broadcastTo } from "../text/shaping.ts";

function complex(call: Call): Operand {
  const { shape } = result(call);
  const [real, imaginary] = pair(call).map((x) => broadcastTo(call.e, x, shape)) as [
    Operand,
    Operand,
  ];
  return call.e.add({
    body: `stablehlo.complex ${real.name}, ${imaginary.name}`,
    types: typeText(result(call)),
    result: result(call),
  });
}

/** Complex numbers. */
export const COMPLEX: ReadonlyMap<string, Lowering> = new Map([
  ["Complex", single(complex)],
  ["ComplexAbs", single((call) => complexPart(call.e, "abs", operand(call, 0)))],
  ["Imag", single((call) => complexPart(call.e, "imag", operand(call, 0)))],
  ["Real", single((call) => complexPart(call.e, "real", operand(call, 0)))],
]);
