import { boolAttribute, broadcast } from "../../../trace/shapes/rule.ts";
import { type Lowering, pair, single } from "../call.ts";
import { dotGeneral } from "../text/dot.ts";
import type { Operand } from "../text/emitter.ts";
import { broadcastTo } from "../text/shaping.ts";

/** A product of matrices, or of batches of them that broadcast. */
function product(transposeX: string, transposeY: string): Lowering {
  return single((call) => {
    const [x, y] = pair(call);
    const batch = broadcast(x.shape.slice(0, -2), y.shape.slice(0, -2));
    const rank = batch.length;
    const axes = batch.map((_, axis) => axis);
    const full = (matrix: Operand) =>
      broadcastTo(call.e, matrix, [...batch, ...matrix.shape.slice(-2)]);
    return dotGeneral(call.e, [full(x), full(y)], {
      batch: [axes, axes],
      contract: [
        [boolAttribute(call, transposeX) ? rank : rank + 1],
        [boolAttribute(call, transposeY) ? rank + 1 : rank],
      ],
    });
  });
}

/** Matrix products. */
export const PRODUCTS: ReadonlyMap<string, Lowering> = new Map([
  ["BatchMatMulV2", product("adj_x", "adj_y")],
  ["MatMul", product("transpose_a", "transpose_b")],
]);
