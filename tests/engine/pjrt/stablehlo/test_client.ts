import { PjrtClient } from "../../../../lib/engine/pjrt/client/client.ts";
import { findPlugin } from "../../../../lib/engine/pjrt/plugin/mod.ts";

/** A client of the CPU plugin, which is fetched where it is not there yet. */
export async function openTestClient(): Promise<PjrtClient> {
  return PjrtClient.open(await findPlugin({ kind: "cpu" }));
}
