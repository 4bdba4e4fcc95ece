import { assert, assertEquals } from "@std/assert";
import { cast, dtypeOf, start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { disposeState, type LinearState, trainablesOf } from "../../lib/methods/linear_state.ts";
import type { Method } from "../../lib/methods/method.ts";
import { METHODS } from "../../lib/methods/registry.ts";
import { type MethodSettings, resolveSettings } from "../../lib/methods/settings.ts";
import { ROLES } from "../../lib/model/trainable.ts";
import { settingsKnown, settingsThatCount, trainedRoles } from "../../lib/study/method_facts.ts";

await start({ backend: "tensorflow" });

/** For each setting another value than the default, such that few methods refuse it. */
const CHANGED: Partial<MethodSettings> = {
  bits: 3,
  granularity: { kind: "group", size: 16 },
  grid: "asymmetric",
  rank: 3,
  alpha: 7,
  adapterStart: "svd",
  adapterDeviation: 0.5,
  phi: "bf16",
  rangeExponent: 2,
  rangeCandidates: 5,
  scaleStart: "lsq+",
  scaleFormat: "float32",
  learnScale: false,
  lsqGradientScale: true,
  recompute: true,
  warmup: true,
  weightStorage: "bfloat16",
  trainWeight: false,
};

function baseOf(method: Method): MethodSettings {
  const granularity = method.name === "qlora" ? "g64" : "channel";
  const rank = method.limits.adapter === "none" ? 0 : 2;
  return resolveSettings(method, { granularity, rank });
}

/** Everything that prepare makes: tensors with their roles, and what the layer is told of itself. */
async function fingerprint(method: Method, settings: MethodSettings): Promise<string> {
  const wOI = tf.tidy(() =>
    tf.pow(tf.sin(tf.mul(tf.range(0, 16 * 64), 12.9898)), 7).reshape([16, 64])
  );
  const state = method.prepare(wOI as tf.Tensor2D, { layer: "layer", settings });
  const text = await describeState(state);
  disposeState(state);
  wOI.dispose();
  return text;
}

async function describeState(state: LinearState): Promise<string> {
  const roles = trainablesOf(state).map(({ name, role }) => `${name}:${role}`);
  const tensors = await Promise.all(
    [...state.tensors].map(async ([name, { variable }]) => [
      name,
      dtypeOf(variable),
      variable.shape,
      [...await tf.tidy(() => cast(variable, "float32")).data()],
    ]),
  );
  return JSON.stringify([roles, tensors, state.form]);
}

for (const method of METHODS) {
  Deno.test(`The settings known of ${method.name} are those that change its state`, async () => {
    const base = baseOf(method);
    const before = await fingerprint(method, base);
    const known: readonly string[] = settingsKnown(method);
    for (const [name, value] of Object.entries(CHANGED)) {
      const settings = { ...base, [name]: value };
      // NF4's groups are checked only when a layer is prepared.
      if (!isAllowed(method, settings) || `${method.name} ${name}` === "qlora granularity") {
        continue;
      }
      const isChanged = await fingerprint(method, settings) !== before;
      const mayCount = name === "grid" || name === "granularity" || name === "bits";
      // What a method checks and then ignores is known, too, so that a refusal stays a refusal.
      if (mayCount && !isChanged) continue;
      assertEquals(known.includes(name), isChanged, `${name} of ${method.name}`);
    }
  });

  Deno.test(`The trained roles of ${method.name} are those of its tensors`, () => {
    for (const learnScale of [true, false]) {
      const settings = { ...baseOf(method), learnScale };
      if (!isAllowed(method, settings)) continue;
      const wOI = tf.zeros([16, 64]) as tf.Tensor2D;
      const state = method.prepare(tf.add(wOI, 1), { layer: "layer", settings });
      const roles = new Set(trainablesOf(state).map(({ role }) => role));
      assertEquals(trainedRoles(method, settings), ROLES.filter((role) => roles.has(role)));
      disposeState(state);
    }
  });
}

function isAllowed(method: Method, settings: MethodSettings): boolean {
  try {
    resolveSettings(method, settings);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const FLOATS = { compute: "float32", weightStorage: "float32" } as const;

Deno.test("Without an adapter its settings do not count, without training those of training", () => {
  const lrQat = METHODS.find(({ name }) => name === "lr-qat");
  assert(lrQat);
  const counting = settingsThatCount(lrQat, {
    rank: 0,
    compute: "float32",
    weightStorage: "float32",
  }, true);
  assertEquals(counting.filter((name) => ["alpha", "adapterStart"].includes(name)), []);
  assertEquals(
    settingsThatCount(lrQat, { rank: 2, ...FLOATS }, false)
      .includes("learnScale"),
    false,
  );
  assertEquals(
    settingsThatCount(lrQat, { rank: 2, ...FLOATS }, true)
      .includes("learnScale"),
    true,
  );
});
