/**
 * Turns a document of the tagged Brown corpus into natural text.
 *
 * The files hold sentences, one a line, of `word/tag` items; paragraphs are set apart by blank lines.
 * What is done, in order:
 *
 * 1. The tag, from the last `/` on, is dropped.
 * 2. `?`, `!` and `;` stand twice in the files (`?/. ?/.`); a pair of equal ones becomes one.
 * 3. Inches stand as `12''` and once more as `''`: they become `12"`. ` `` ` and other `''` become `"`. A lone `'` is an opening quote, then a closing one, in turn, anew in
 *    each paragraph.
 * 4. No space before `, . ; : ? ! ) ]` and closing quotes, none after `( [` and opening quotes; one
 *    between all other items, so `--` keeps its spaces.
 * 5. Sentences of a paragraph are joined by a space; a line whose items are all headings (tag `-hl`)
 *    is a line of its own. Paragraphs are lines.
 *
 * Left as they are: the corpus's closing quotes before commas and full stops (`fire", she said`), and
 * its stand-ins for what cannot be typed (`Af` for a formula, `**zg` for a Greek letter).
 *
 * @module
 */

interface Item {
  word: string;
  heading: boolean;
}

const NO_SPACE_BEFORE = new Set([",", ".", ";", ":", "?", "!", ")", "]"]);
const NO_SPACE_AFTER = new Set(["(", "["]);
const DOUBLED = new Set(["?", "!", ";"]);

/** Returns the natural text of a tagged document, one paragraph or heading a line. */
export function brownText(tagged: string): string {
  return tagged.split(/\n\s*\n/).flatMap(paragraphLines).join("\n");
}

function paragraphLines(paragraph: string): string[] {
  const lines: Item[][] = [];
  let open = false;
  for (const line of paragraph.split("\n")) {
    const items = withoutPairs(line.split(/\s+/).filter((item) => item !== "").map(parseItem));
    if (items.length === 0) continue;
    const last = lines.at(-1);
    const heading = isHeading(items);
    if (last === undefined || heading || open) lines.push(items);
    else last.push(...items);
    open = heading;
  }
  return lines.map(joinItems);
}

function parseItem(item: string): Item {
  const slash = item.lastIndexOf("/");
  // Some items have no tag, or are a lone slash with one.
  if (slash <= 0) return { word: item, heading: false };
  return { word: item.slice(0, slash), heading: item.endsWith("-hl") };
}

function isHeading(items: readonly Item[]): boolean {
  return items.every((item) => item.heading);
}

function withoutPairs(items: readonly Item[]): Item[] {
  const kept: Item[] = [];
  for (let k = 0; k < items.length; k++) {
    const item = items[k]!;
    kept.push(item);
    const next = items[k + 1]?.word;
    if (DOUBLED.has(item.word) && next === item.word) k++;
    else if (isInches(item.word)) {
      kept[kept.length - 1] = { ...item, word: `${item.word.slice(0, -2)}"` };
      if (next === "''") k++;
    }
  }
  return kept;
}

function isInches(word: string): boolean {
  return word.length > 2 && word.endsWith("''");
}

function joinItems(items: readonly Item[]): string {
  let text = "";
  let glue = true;
  let insideQuote = false;
  for (const { word } of items) {
    let written = word;
    let glueBefore = NO_SPACE_BEFORE.has(word);
    let glueAfter = NO_SPACE_AFTER.has(word);
    if (word === "``") [written, glueAfter] = ['"', true];
    if (word === "''") [written, glueBefore] = ['"', true];
    if (word === "'") {
      if (insideQuote) glueBefore = true;
      else glueAfter = true;
      insideQuote = !insideQuote;
    }
    text += glue || glueBefore ? written : ` ${written}`;
    glue = glueAfter;
  }
  return text;
}
