/**
 * Where XLA put every value of a compiled program, read from its own dump of the assignment.
 *
 * A program's memory is a few allocations. An allocation holds values side by side (`offset`) and one
 * after the other (`live`): the steps of the program's schedule from the one that computes a value to
 * the last that reads it, both included.
 *
 * @module
 */

/** What an allocation is for; `thread` is scratch memory of single elements. */
export type AllocationKind = "parameter" | "output" | "constant" | "temporary" | "thread";

/** One value of a program, an array in memory. */
export interface BufferValue {
  /** The instruction that computes it, for example `fusion.12`. */
  readonly instruction: string;
  /** Which part of the instruction's result it is, for example `{0}`; empty where there is one. */
  readonly part: string;
  /** The array, for example `f32[512,512]{1,0}`. */
  readonly type: string;
  /** Bytes from the start of the allocation. */
  readonly offset: number;
  /** Its size in bytes. */
  readonly bytes: number;
  /** First and last step in which it is needed, if the dump tells. */
  readonly live: readonly [from: number, to: number] | undefined;
  /** The operation of the instruction, for example `dot` or `fusion`. */
  readonly operation: string;
  /** The name in the location that the program's text gave the operation (`loc("...")`), if any. */
  readonly name: string | undefined;
  /** The line of the program's text that it comes from, from 1, if the compiler kept it. */
  readonly line: number | undefined;
}

/** One piece of memory of a program. */
export interface BufferAllocation {
  /** Its number in the dump. */
  readonly index: number;
  /** What it is for. */
  readonly kind: AllocationKind;
  /** The number of the parameter that lies in it, for parameters. */
  readonly parameter: number | undefined;
  /** Whether a result lies in it when the program ends, as in a donated parameter. */
  readonly holdsResult: boolean;
  /** Its size in bytes. */
  readonly bytes: number;
  /** What lies in it. */
  readonly values: readonly BufferValue[];
}

/** All memory of a program. */
export interface BufferAssignment {
  /** Its pieces. */
  readonly allocations: readonly BufferAllocation[];
}

const ALLOCATION = /^allocation (\d+): size (\d+)(.*):$/;
const VALUE = /^ value: <(\d+) (.+?)(\{[\d,]*\})? @\d+> \(size=(\d+),offset=(\d+)\): (.*)$/;
const HEADING = /^<(\d+) .* @\d+>$/;
const SOURCE = /^ from instruction: %\S+ = .*? ([a-z][\w-]*)\((.*)$/;
const LIVE = /^ {4}(.+?)(\{[\d,]*\}):(\d+)-(\d+)$/;

/**
 * Reads the text of a `…-buffer-assignment.txt`.
 *
 * @throws {SyntaxError} If the text holds no allocations.
 */
export function parseBufferAssignment(text: string): BufferAssignment {
  const lines = text.split("\n");
  const sources = readSources(lines);
  const lives = readLives(lines);
  const allocations: (BufferAllocation & { values: BufferValue[] })[] = [];
  for (const line of lines) {
    const head = ALLOCATION.exec(line);
    if (head) allocations.push({ ...allocationOf(head), values: [] });
    const match = VALUE.exec(line);
    if (match) allocations.at(-1)?.values.push(valueOf(match, { sources, lives }));
    // What follows repeats the allocations in other orders.
    if (line.startsWith("Total bytes used:")) break;
  }
  if (allocations.length > 0) return { allocations };
  throw new SyntaxError(
    "The text is no buffer assignment of XLA: it has no line 'allocation 0: …'",
  );
}

function allocationOf([, index, bytes, rest = ""]: RegExpExecArray) {
  const parameter = /, parameter (\d+)/.exec(rest)?.[1];
  return {
    index: Number(index),
    kind: kindOf(rest),
    parameter: parameter === undefined ? undefined : Number(parameter),
    holdsResult: rest.includes(", maybe-live-out"),
    bytes: Number(bytes),
  };
}

function kindOf(description: string): AllocationKind {
  if (description.includes(", parameter ")) return "parameter";
  if (description.includes(", constant")) return "constant";
  if (description.includes(", thread-local")) return "thread";
  return description.includes(", maybe-live-out") ? "output" : "temporary";
}

interface Source {
  readonly operation: string;
  readonly name: string | undefined;
  readonly line: number | undefined;
}

interface ValueFacts {
  readonly sources: ReadonlyMap<string, Source>;
  readonly lives: ReadonlyMap<string, readonly [number, number]>;
}

function valueOf(match: RegExpExecArray, { sources, lives }: ValueFacts): BufferValue {
  const [, id = "", instruction = "", part = "", bytes, offset, type = ""] = match;
  const source = sources.get(id);
  return {
    instruction,
    part: part === "{}" ? "" : part,
    type,
    offset: Number(offset),
    bytes: Number(bytes),
    live: lives.get(`${instruction}${part || "{}"}`),
    operation: source?.operation ?? "",
    name: source?.name,
    line: source?.line,
  };
}

/** What the section "Used values" says of the instruction behind each value's number. */
function readSources(lines: readonly string[]): Map<string, Source> {
  const sources = new Map<string, Source>();
  let id = "";
  for (const line of lines) {
    id = HEADING.exec(line)?.[1] ?? id;
    const match = SOURCE.exec(line);
    if (!match) continue;
    const [, operation = "", rest = ""] = match;
    const at = /source_line=(\d+)/.exec(rest)?.[1];
    const name = /op_name="([^"]*)"/.exec(rest)?.[1];
    sources.set(id, { operation, name, line: at === undefined ? undefined : Number(at) });
  }
  return sources;
}

function readLives(lines: readonly string[]): Map<string, readonly [number, number]> {
  const lives = new Map<string, readonly [number, number]>();
  let inside = false;
  for (const line of lines) {
    if (line.startsWith("  ") && !line.startsWith("   ")) inside = line === "  BufferLiveRange:";
    const match = inside ? LIVE.exec(line) : null;
    if (match) lives.set(`${match[1]}${match[2]}`, [Number(match[3]), Number(match[4])]);
  }
  return lives;
}
