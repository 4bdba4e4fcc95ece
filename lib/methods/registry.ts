import { nearestNames } from "../data/nearest_name.ts";
import { float } from "./float.ts";
import { l4q } from "./l4q.ts";
import { lora } from "./lora.ts";
import { lrQat } from "./lr_qat.ts";
import { lsq } from "./lsq.ts";
import type { Method } from "./method.ts";
import { peqa } from "./peqa.ts";
import { qatLora } from "./qat_lora.ts";
import { qlora } from "./qlora.ts";
import { qloraStar } from "./qlora_star.ts";
import { rtn } from "./rtn.ts";

/** All methods, in the order in which tables show them. */
// A state comes back only to the method that made it, so the form's type is not needed outside.
export const METHODS: readonly Method[] = [
  float,
  lora,
  rtn,
  lsq,
  peqa,
  lrQat,
  l4q,
  qatLora,
  qlora,
  qloraStar,
] as Method[];

/**
 * The method of a name.
 *
 * @throws {RangeError} If there is none; the message says which names are near.
 */
export function methodNamed(name: string): Method {
  const method = METHODS.find((known) => known.name === name);
  if (method) return method;
  const names = METHODS.map((known) => known.name);
  const near = nearestNames(name, names).map((other) => `'${other}'`).join(" or ");
  throw new RangeError(
    `Unknown method '${name}': ${near ? `did you mean ${near}?` : `known are ${names.join(", ")}`}`,
  );
}
