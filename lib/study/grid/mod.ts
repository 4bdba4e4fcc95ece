/**
 * Lists of runs from small parts: pure functions over partial descriptions, all of which keep order.
 *
 * @module
 */
export { concat } from "./concat.ts";
export { merge } from "./merge.ts";
export { type Condition, except, meets, only } from "./only.ts";
export { product } from "./product.ts";
export { withSeeds } from "./with_seeds.ts";
export { zip } from "./zip.ts";
