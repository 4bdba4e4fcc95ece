import { figures, memory } from "../../mod.ts";

const NAMES: Readonly<Record<memory.MemoryClass, string>> = {
  frozenWeights: "frozen weights",
  trainable: "trainable",
  gradients: "gradients",
  optimizer: "optimizer",
  activations: "activations",
  intermediates: "intermediates",
  other: "other",
};

/** A profile as a text: what the step is, its bytes by class on both bases, and the cards. */
export function profileTable(profile: memory.MemoryProfile): string {
  const { paperStack, planned, measured, estimated } = profile;
  const ours = planned ? planned.byClass : estimated.byClass;
  const basis = planned ? "planned" : "estimated";
  const rows = [
    ["", `as the ${paperStack.stack.name} stack`, `ours (${basis})`],
    ...memory.MEMORY_CLASSES.map((name) => [
      NAMES[name],
      bytesText(paperStack.byClass[name]),
      ours ? bytesText(ours[name]) : "–",
    ]),
    ["peak", bytesText(paperStack.totalBytes), bytesText(memory.oursBytes(profile))],
  ];
  return [
    stepText(profile),
    "",
    aligned(rows),
    "",
    ...(planned ? [planText(planned), ""] : []),
    ...(measured ? [measuredText(measured), ""] : []),
    `fits in (ours, ${basis}): ${
      profile.fits.map(({ card, fits }) => `${card.name} ${fits ? "yes" : "no"}`).join(", ")
    }`,
  ].join("\n");
}

/** A profile as one object for programs. */
export function profileJson(profile: memory.MemoryProfile): object {
  const { setup, planned, measured, estimated, paperStack, fits } = profile;
  const { stack, ...account } = paperStack;
  return {
    ...memory.describeSetup(setup),
    ...(planned && { planned }),
    ...(measured && { measured }),
    estimated: plain(estimated),
    paperStack: { stack: stack.name, ...plain(account) },
    fits: Object.fromEntries(fits.map(({ card, fits }) => [card.name, fits])),
  };
}

function plain({ totalBytes, byClass, terms }: memory.MemoryAccount): object {
  const rounded = Object.fromEntries(
    Object.entries(byClass).map(([name, bytes]) => [name, Math.round(bytes)]),
  );
  return {
    totalBytes: Math.round(totalBytes),
    byClass: rounded,
    terms: terms.map((term) => ({ ...term, bytes: Math.round(term.bytes) })),
  };
}

function stepText({ setup, paperStack }: memory.MemoryProfile): string {
  const facts = memory.describeSetup(setup);
  const { bits, granularity, rank, phi, recompute, compute, batch, seq, accumulation } = facts;
  const made = {
    none: "nothing made again",
    linear: "linear layers made again",
    block: "blocks made again",
  }[setup.recompute] ?? recompute;
  const parts = [
    setup.method.name,
    bits === 16 ? false : `W${bits}`,
    granularity,
    rank === 0 ? false : `r = ${rank}`,
    phi,
    `${batch} x ${seq} tokens`,
    accumulation === 1 ? false : `${accumulation} micro-batches`,
    made,
    `${compute} (ours)`,
  ];
  const words = parts.filter((part) => part).join(", ");
  return `${setup.model}: ${words}\nstack: ${paperStack.stack.about}`;
}

function planText({ argumentBytes, outputBytes, temporaryBytes }: memory.PlannedMemory): string {
  return `plan: arguments ${bytesText(argumentBytes)}, outputs ${bytesText(outputBytes)}, ` +
    `temporaries ${bytesText(temporaryBytes)}`;
}

function measuredText(measured: memory.MeasuredMemory): string {
  const { totalBytes, givenBytes, stepBytes, restBytes } = measured;
  return `measured: ${bytesText(totalBytes)} above rest, ${bytesText(givenBytes)} given and ` +
    `${bytesText(stepBytes)} by the step; rest ${bytesText(restBytes)}`;
}

function bytesText(bytes: number): string {
  return bytes === 0 ? "0" : figures.readableBytes(bytes);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))
      .join("  ")
  ).join("\n");
}
