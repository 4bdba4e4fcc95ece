import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { paperValues, studyNamed } from "../../experiments/mod.ts";
import { reportDocument, reportHtml, studyReportData } from "../../lib/report/mod.ts";
import { readResults } from "../../lib/results/mod.ts";
import { writeMadeUpResults } from "../notebook/made_up_results.ts";
import { checkPage, findChromium } from "./page_check.ts";

const chromium = await findChromium();
const name = "a browser draws every figure of a report, and the page asks for nothing";

if (chromium === undefined) {
  Deno.test.ignore(`${name} (no Chromium: name one in QATLAB_CHROMIUM)`, () => {});
} else {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir({ prefix: "qatlab-" });
    try {
      const study = studyNamed("quick");
      await writeMadeUpResults(folder, study);
      const results = await readResults(join(folder, study.name));
      const data = studyReportData(study, results, { publishedValues: paperValues });
      const file = join(folder, "report.html");
      await Deno.writeTextFile(file, await reportHtml(reportDocument(data)));
      const { figures, drawn, console } = await checkPage(chromium, file);
      assert(figures >= 5, `${figures} figures`);
      assertEquals([drawn, console], [figures, []]);
      // The check sees what is wrong, too.
      const broken = join(folder, "broken.html");
      const page = `<div class="figure" id="f"></div><script>none.such()</script>`;
      await Deno.writeTextFile(broken, page);
      const bad = await checkPage(chromium, broken);
      assertEquals([bad.figures, bad.drawn, bad.console.length], [1, 0, 1]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
