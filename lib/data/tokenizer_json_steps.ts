import type { JsonField } from "../io/json_field.ts";
import {
  GPT2_PIECES,
  isolate,
  type Normalizer,
  type PreTokenizer,
  type StepPattern,
} from "./library_tokenizer.ts";
import { regexProblem } from "./regex_check.ts";
import type { TokenSpelling } from "./token_table.ts";

/** How tokens become text. */
export interface DecoderForm {
  /** How tokens write their bytes. */
  spelling: TokenSpelling;
  /** Whether decoding drops one space at the start. */
  dropsFirstSpace: boolean;
}

// Sequences hold plain steps in every published file; a limit bounds the recursion.
const MAX_NESTING = 4;

/**
 * Reads the changes of the text before it is cut.
 *
 * @throws {FileFormatError} If one is unknown or malformed.
 */
export function readNormalizers(field: JsonField): Normalizer[] {
  return flatten(field, "normalizers").map(readNormalizer);
}

/**
 * Reads the cuts of the text, each in a form in which the library is exact.
 *
 * @throws {FileFormatError} If one is unknown or malformed.
 */
export function readPreTokenizers(field: JsonField): PreTokenizer[] {
  return flatten(field, "pretokenizers").flatMap(readPreTokenizer);
}

function flatten(field: JsonField, name: string, depth = 0): JsonField[] {
  if (!field.present) return [];
  if (field.get("type").value !== "Sequence") return [field];
  if (depth >= MAX_NESTING) throw field.error(`at most ${MAX_NESTING} sequences in each other`);
  return field.get(name).items().flatMap((item) => flatten(item, name, depth + 1));
}

function readNormalizer(field: JsonField): Normalizer {
  const type = field.get("type").oneOf(["Prepend", "Replace", "NFC", "NFD", "NFKC", "NFKD"]);
  if (type === "Prepend") return { type, prepend: field.get("prepend").string() };
  if (type !== "Replace") return { type };
  const content = field.get("content").string();
  return { type, pattern: readPattern(field.get("pattern")), content };
}

function readPreTokenizer(field: JsonField): PreTokenizer[] {
  const type = field.get("type").oneOf(["ByteLevel", "Digits", "Metaspace", "Split"]);
  if (type === "ByteLevel") return readByteLevel(field);
  if (type === "Metaspace") return readMetaspace(field);
  if (type === "Split") return [readSplit(field)];
  // The library counts only 0-9 as digits, the reference every number of Unicode.
  const single = field.get("individual_digits").boolean(false);
  return [isolate({ Regex: single ? "\\p{N}" : "\\p{N}+" })];
}

// The library's own cut takes JavaScript's blanks; as a pattern it takes those of Unicode.
function readByteLevel(field: JsonField): PreTokenizer[] {
  const prefix = field.get("add_prefix_space");
  if (prefix.boolean(true)) throw prefix.error("false");
  const bytes: PreTokenizer = { type: "ByteLevel", add_prefix_space: false, use_regex: false };
  return field.get("use_regex").boolean(true) ? [isolate({ Regex: GPT2_PIECES }), bytes] : [bytes];
}

// Every mark begins a piece, also the second of two.
const ONE_MARK: StepPattern = { Regex: "▁[^▁]*|[^▁]+" };

function readMetaspace(field: JsonField): PreTokenizer[] {
  field.get("replacement").oneOf(["▁"]);
  const scheme = field.get("prepend_scheme");
  const metaspace: PreTokenizer = {
    type: "Metaspace",
    replacement: "▁",
    prepend_scheme: scheme.present ? scheme.oneOf(["always", "first", "never"]) : "always",
  };
  return field.get("split").boolean(true) ? [metaspace, isolate(ONE_MARK)] : [metaspace];
}

function readSplit(field: JsonField): PreTokenizer {
  const pattern = readPattern(field.get("pattern"));
  const behavior = field.get("behavior").oneOf(["Isolated", "Removed"]);
  // Isolated matches and isolated gaps are the same pieces.
  if (behavior === "Isolated") return isolate(pattern);
  const invert = field.get("invert");
  if (!invert.boolean(false)) throw invert.error('true where "behavior" is Removed');
  return { type: "Split", pattern, behavior, invert: true };
}

function readPattern(field: JsonField): StepPattern {
  const regex = field.get("Regex");
  if (!regex.present) {
    const literal = field.get("String");
    if (literal.string() === "") throw literal.error("a text that is not empty");
    return { String: literal.string() };
  }
  const problem = regexProblem(regex.string());
  if (problem !== undefined) throw regex.error("a simple pattern", { found: problem });
  return { Regex: regex.string() };
}

/**
 * Reads the decoder, in so far as it says how tokens write bytes.
 *
 * @throws {FileFormatError} If it does what no LLaMA-family decoder does.
 */
export function readDecoder(field: JsonField): DecoderForm {
  const steps = flatten(field, "decoders");
  const allowed = ["ByteLevel", "Replace", "ByteFallback", "Fuse", "Strip", "Metaspace"] as const;
  const types = steps.map((step) => step.get("type").oneOf(allowed));
  if (types.includes("ByteLevel")) return { spelling: "byte-level", dropsFirstSpace: false };
  const metaspace = steps[types.indexOf("Metaspace")];
  if (metaspace !== undefined) {
    return {
      spelling: "sentence-piece",
      dropsFirstSpace: metaspace.get("prepend_scheme").value !== "never",
    };
  }
  const replace = steps[types.indexOf("Replace")];
  if (replace === undefined) throw field.error("a ByteLevel, Metaspace or Replace decoder");
  replace.get("pattern").get("String").oneOf(["▁"]);
  replace.get("content").oneOf([" "]);
  const strip = steps[types.indexOf("Strip")];
  if (strip === undefined) return { spelling: "sentence-piece", dropsFirstSpace: false };
  strip.get("content").oneOf([" "]);
  for (const [name, most] of [["start", 1], ["stop", 0]] as const) {
    if (strip.get(name).index() > most) throw strip.get(name).error(`at most ${most}`);
  }
  return { spelling: "sentence-piece", dropsFirstSpace: strip.get("start").index() === 1 };
}

/**
 * Reads the special token that the post-processor puts in front of a text, if any.
 *
 * @throws {FileFormatError} If it is not in the vocabulary.
 */
export function readLeadingToken(
  field: JsonField,
  tokens: ReadonlySet<string>,
): string | undefined {
  for (const step of flatten(field, "processors")) {
    if (step.get("type").value !== "TemplateProcessing") continue;
    const special = step.get("single").items()[0]?.get("SpecialToken");
    if (special === undefined || !special.present) continue;
    const name = special.get("id");
    if (!tokens.has(name.string())) throw name.error("a token of the vocabulary");
    return name.string();
  }
  return undefined;
}
