import { assertEquals } from "@std/assert";
import type { Block } from "../../../lib/report/mod.ts";
import { reportMarkdown } from "../../../lib/report/mod.ts";

function markdown(...blocks: Block[]): string {
  const report = { title: "t", about: "a", sections: [{ title: "s", blocks }] };
  return reportMarkdown(report, { pathOf: (id) => `figures/${id}.svg` }).split("## s\n\n")[1] ?? "";
}

Deno.test("reportMarkdown() writes tables with aligned columns and escaped cells", () => {
  const columns = [{ title: "name", align: "left" }, { title: "n", align: "right" }] as const;
  assertEquals(
    markdown({ kind: "table", columns, rows: [["a|b\n<c>", "1"]], caption: "why" }),
    "| name | n |\n| :-- | --: |\n| a\\|b \\<c\\> | 1 |\n\nwhy\n",
  );
});

Deno.test("reportMarkdown() numbers lists and links figures", () => {
  assertEquals(markdown({ kind: "list", items: ["x", "y*"] }), "1. x\n2. y\\*\n");
  const figure = { data: [], layout: {} };
  assertEquals(
    markdown({ kind: "figure", id: "f", title: "F", figure }),
    "![F](figures/f.svg)\n",
  );
});

Deno.test("reportMarkdown() fences code by more backticks than it has", () => {
  assertEquals(markdown({ kind: "code", text: "a ``` b" }), "````sh\na ``` b\n````\n");
});
