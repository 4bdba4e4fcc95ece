import type { Manifest } from "../results/mod.ts";
import { type Block, columns, NOTHING, type Section } from "./document.ts";
import type { ReportData } from "./report_data.ts";

// Each fact of a run's origin, as text.
const FACTS: readonly (readonly [string, (manifest: Manifest) => string])[] = [
  ["code revision", ({ code }) => code.revision ?? "not known"],
  ["code changed since", ({ code }) => code.dirty === null ? "not known" : dirtyText(code)],
  ["sha256 of deno.lock", ({ code }) => code.lockSha256 ?? "not known"],
  ["overrides", ({ overrides }) => overrides.join(" ") || "none"],
  ["device", ({ device }) => `${device.value}: ${device.reason}`],
  ["threads", ({ threads }) => String(threads)],
  ["machine", ({ system }) => [system.os, system.arch, system.cpu].filter(Boolean).join(", ")],
  [
    "libraries",
    ({ libraries }) =>
      Object.entries(libraries).map(([name, version]) => `${name} ${version}`).join(", "),
  ],
  [
    "inputs",
    ({ inputs }) =>
      inputs.map(({ name, revision, sha256 }) =>
        `${name}${revision === null ? "" : ` at ${revision}`} (sha256 ${sha256})`
      ).join(", ") || "not recorded",
  ],
  ["seeds drawn", ({ seed }) => seed.drawn ? "yes" : "no, given"],
  ["resumed", ({ run }) => run.resumedFrom === null ? "no" : "from a checkpoint"],
];

/** Where the numbers come from: commands, code, machine, libraries; more than one value is a warning. */
export function originSection({ rows, manifests }: ReportData): Section {
  const own = rows.flatMap(({ run_id }) => manifests.get(run_id) ?? []);
  const started = rows.map((row) => row.started).sort();
  const facts = FACTS.flatMap(([name, textOf]) => {
    const values = Map.groupBy(own, textOf);
    return [...values].map(([value, of]) => [name, value, String(of.length)]);
  });
  return {
    title: "Where the numbers come from",
    blocks: [
      ...warnings(own),
      ...commandBlocks(own),
      {
        kind: "table",
        columns: [...columns("left", "fact", "value"), ...columns("right", "runs")],
        rows: [
          ...facts,
          [
            "begun (UTC)",
            `${started.at(0) ?? NOTHING} to ${started.at(-1) ?? NOTHING}`,
            `${own.length}`,
          ],
        ],
      },
    ],
  };
}

// What a command does hangs on the study, which may have changed since.
function commandBlocks(manifests: readonly Manifest[]): Block[] {
  const byCommand = Map.groupBy(manifests, ({ run }) => run.command.map(shellWord).join(" "));
  const revisionOf = ({ code }: Manifest) => code.revision?.slice(0, 7) ?? "a revision not known";
  if (new Set(manifests.map(revisionOf)).size < 2) {
    return [{ kind: "code", text: [...byCommand.keys()].join("\n") }];
  }
  const lines = [...byCommand].map(([command, of]) =>
    `${command}  # at ${[...new Set(of.map(revisionOf))].join(", ")}`
  );
  return [
    { kind: "text", text: "A command makes what the study planned at its revision of the code:" },
    { kind: "code", text: lines.join("\n") },
  ];
}

function warnings(manifests: readonly Manifest[]): Block[] {
  const revisions = new Set(manifests.map(({ code }) => code.revision));
  const dirty = manifests.filter(({ code }) => code.dirty !== false).length;
  const inputs = differingInputs(manifests);
  const texts = [
    revisions.size > 1 &&
    `The runs come from ${revisions.size} revisions of the code: compare with care, or do them again with --fresh.`,
    inputs.length > 0 &&
    `Not all runs read the same ${
      inputs.join(", ")
    }: means and shares take them together; compare with care, or do runs again with --fresh.`,
    dirty > 0 &&
    `${dirty} of ${manifests.length} runs come from code that is not, or not known to be, the committed one: the revision alone does not give these numbers again.`,
  ];
  return texts.filter((text) => text !== false).map((text) => ({ kind: "warning", text }));
}

// Inputs that have one name in several runs, and several contents.
function differingInputs(manifests: readonly Manifest[]): string[] {
  const byName = Map.groupBy(manifests.flatMap(({ inputs }) => inputs), ({ name }) => name);
  return [...byName].filter(([, same]) => new Set(same.map(({ sha256 }) => sha256)).size > 1)
    .map(([name]) => name).sort();
}

function dirtyText({ dirty, changesSha256 }: Manifest["code"]): string {
  if (!dirty) return "no";
  return changesSha256 === null
    ? "yes, by files that are not committed"
    : `yes, by ${changesSha256}`;
}

// As a shell reads it back.
function shellWord(word: string): string {
  return /^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
