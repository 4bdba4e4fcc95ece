import { assertEquals } from "@std/assert";
import { brownText } from "../../lib/data/brown_text.ts";

Deno.test("brownText() drops the tags and sets marks as in print", () => {
  const tagged =
    "\n\n\tThe/at jury/nn (/( of/in Atlanta/np )/) said/vbd ,/, ``/`` No/at :/: no/at ''/'' ./.\n";
  assertEquals(brownText(tagged), 'The jury (of Atlanta) said, "No: no".');
});

Deno.test("brownText() makes one mark of a pair of question marks, exclamation marks or semicolons", () => {
  assertEquals(brownText("Why/wrb ?/. ?/.\nOh/uh !/. !/.\nA/at ;/. ;/. b/nn"), "Why? Oh! A; b");
  assertEquals(brownText("What/wdt ?/. ?/. ?/. ?/."), "What??");
});

Deno.test("brownText() writes inches once", () => {
  assertEquals(brownText("the/at 5-3/4''/nns ''/'' long/jj ''/'' end/nn"), 'the 5-3/4" long" end');
});

Deno.test("brownText() opens and closes single quotes in turn, anew in each paragraph", () => {
  const tagged = "the/at '/' Met/np '/' again/rb\n\n\n\tsaid/vbd '/' so/rb '/' '/' x/nn";
  assertEquals(brownText(tagged), "the 'Met' again\nsaid 'so' 'x");
});

Deno.test("brownText() joins sentences to paragraphs and keeps headings on lines of their own", () => {
  const tagged =
    "Merger/nn-hl proposed/vbn-hl\nHowever/wrb ./.\nIt/pps urged/vbd --/-- it/pps\n\n\n\tNext/rb";
  assertEquals(brownText(tagged), "Merger proposed\nHowever. It urged -- it\nNext");
});

Deno.test("brownText() takes the last slash as the start of the tag", () => {
  assertEquals(brownText("and/or/cc //in 1/2/cd"), "and/or / 1/2");
});
