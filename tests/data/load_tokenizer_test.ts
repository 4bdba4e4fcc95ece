import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { loadTokenizer, parseTokenizer } from "../../lib/data/load_tokenizer.ts";
import type { Tokenizer } from "../../lib/data/tokenizer.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { tokenizerFixtures } from "./fixtures/fixtures.ts";

const FIXTURES = tokenizerFixtures();
const { golden } = FIXTURES;

function parse(tokenizer: unknown, config?: unknown): Tokenizer {
  return parseTokenizer({
    path: "model/tokenizer.json",
    tokenizer: JSON.stringify(tokenizer),
    config: config === undefined ? undefined : JSON.stringify(config),
  });
}

function encodeAll(tokenizer: Tokenizer): number[][] {
  return golden.texts.map((text) => [...tokenizer.encode(text)]);
}

for (
  const [name, file, ids] of [
    ["LLaMA 1 and 2", FIXTURES.sentencePieceJson, golden.sentencePiece],
    ["LLaMA with Metaspace", FIXTURES.metaspaceJson, golden.metaspace],
    ["Metaspace with cuts", FIXTURES.splitMetaspaceJson, golden.splitMetaspace],
    ["SmolLM2", FIXTURES.byteLevelJson, golden.byteLevel],
  ] as const
) {
  Deno.test(`parseTokenizer() gives the ids of the library tokenizers in the form of ${name}`, () => {
    assertEquals(encodeAll(parse(file)), ids);
  });
}

Deno.test("decode() gives the text of the library tokenizers for the form of LLaMA 1 and 2", () => {
  const tokenizer = parse(FIXTURES.sentencePieceJson);
  const texts = golden.sentencePiece.map((ids) => tokenizer.decode(ids));
  assertEquals(texts, golden.sentencePieceDecoded);
});

Deno.test("decode() gives back every text that byte letters encoded", () => {
  const tokenizer = parse(FIXTURES.byteLevelJson);
  assertEquals(golden.byteLevel.map((ids) => tokenizer.decode(ids)), golden.texts);
});

Deno.test("a replacement is taken letter by letter", () => {
  const json = structuredClone(FIXTURES.sentencePieceJson) as { normalizer: unknown };
  const [a, b] = [parse(json), parse({ ...json, normalizer: replaceAll("e", "$&$1") })];
  assertEquals(b.encode("the red"), a.encode("the red".replaceAll("e", () => "$&$1")));
});

function replaceAll(word: string, content: string): unknown {
  return {
    type: "Sequence",
    normalizers: [
      { type: "Replace", pattern: { String: word }, content },
      { type: "Prepend", prepend: "▁" },
      { type: "Replace", pattern: { String: " " }, content: "▁" },
    ],
  };
}

interface BpeJson {
  model: { vocab: Record<string, number>; merges: [string, string][] };
}

/** The tokenizer with one more token, which is made of two others before all else. */
function withMerge(left: string, right: string): Tokenizer {
  const json = structuredClone(FIXTURES.sentencePieceJson) as BpeJson;
  const { vocab, merges } = json.model;
  for (const token of [left, right, left + right]) vocab[token] ??= Object.keys(vocab).length;
  merges.unshift([left, right]);
  return parse(json);
}

Deno.test("encode() of a text in one piece equals that of its words where no merge crosses words", () => {
  const long = golden.texts.filter((text) => !/<|^ /.test(text) && text !== "").join(" ");
  // A merge across words that no text reaches switches the cutting off.
  const uncut = withMerge("\u{10fffe}", "▁");
  assertEquals(uncut.encode(long), parse(FIXTURES.sentencePieceJson).encode(long));
});

Deno.test("encode() does not cut a text where a merge crosses words", () => {
  const tokenizer = withMerge("e", "▁");
  const crossing = tokenizer.vocabSize - 1;
  assertEquals([...tokenizer.encode("she red")].includes(crossing), true);
});

Deno.test("BOS comes from the configuration, else from the file's own template", () => {
  assertEquals(parse(FIXTURES.sentencePieceJson).bosId, 1);
  assertEquals(parse(FIXTURES.sentencePieceJson).addsBos, true);
  const config = { bos_token: { content: "</s>" }, eos_token: "</s>", add_bos_token: false };
  const tokenizer = parse(FIXTURES.sentencePieceJson, config);
  assertEquals([tokenizer.bosId, tokenizer.eosId, tokenizer.addsBos], [2, 2, false]);
  assertEquals([...tokenizer.encode("", { bos: true, eos: true })], [2, 2]);
});

Deno.test("encode() refuses EOS where there is none", () => {
  const tokenizer = parse(FIXTURES.sentencePieceJson);
  assertThrows(() => tokenizer.encode("a", { eos: true }), RangeError, "has no EOS token");
});

Deno.test("the chat template comes from the configuration, the named one for conversations", () => {
  const template =
    "{% for message in messages %}[{{ message.content }}]{% endfor %}{{ eos_token }}";
  const messages = [{ role: "user", content: "Hi" }];
  const one = { eos_token: "</s>", chat_template: template };
  assertEquals(parse(FIXTURES.byteLevelJson, one).applyChatTemplate(messages), "[Hi]</s>");
  const named = [{ name: "tools", template: "no" }, { name: "default", template }];
  const many = { eos_token: "</s>", chat_template: named };
  assertEquals(parse(FIXTURES.byteLevelJson, many).applyChatTemplate(messages), "[Hi]</s>");
});

Deno.test("applyChatTemplate() says that there is no template", () => {
  assertEquals(parse(FIXTURES.byteLevelJson).hasChatTemplate, false);
  assertThrows(() => parse(FIXTURES.byteLevelJson).applyChatTemplate([]), TypeError, "has none");
});

Deno.test("loadTokenizer() reads a folder, its chat template file before the configuration", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const write = (name: string, text: string) => Deno.writeTextFile(join(folder, name), text);
    await write("tokenizer.json", JSON.stringify(FIXTURES.byteLevelJson));
    await write("tokenizer_config.json", '{"eos_token": "</s>", "chat_template": "config"}');
    await write("chat_template.jinja", "file");
    const tokenizer = await loadTokenizer(folder);
    assertEquals(encodeAll(tokenizer), golden.byteLevel);
    assertEquals([tokenizer.eosId, tokenizer.applyChatTemplate([])], [1, "file"]);
    await Deno.writeFile(join(folder, "tokenizer_config.json"), Uint8Array.of(0x7b, 0xff));
    await assertRejects(() => loadTokenizer(folder), FileFormatError, "UTF-8");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("loadTokenizer() says what is missing in a folder without tokenizer.json", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await assertRejects(() => loadTokenizer(folder), Deno.errors.NotFound, "tokenizer.json");
  } finally {
    await Deno.remove(folder);
  }
});
