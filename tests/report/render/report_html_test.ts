import { assertEquals, assertStringIncludes } from "@std/assert";
import { reportDocument, reportHtml, reportPictures } from "../../../lib/report/mod.ts";
import { sampleData } from "../sample_data.ts";

const BAD = `<script>alert("1")</script>&`;

Deno.test("reportHtml() writes texts as texts", async () => {
  const html = await reportHtml({
    title: BAD,
    about: BAD,
    sections: [{
      title: BAD,
      blocks: [
        { kind: "text", text: BAD },
        { kind: "warning", text: BAD },
        { kind: "code", text: BAD },
        { kind: "list", items: [BAD] },
        { kind: "table", columns: [{ title: BAD, align: "left" }], rows: [[BAD]], caption: BAD },
      ],
    }],
  });
  assertEquals(html.includes("<script"), false);
  assertStringIncludes(
    html,
    '<td class="left">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;',
  );
});

Deno.test("reportHtml() asks no network and has a picture of each figure for readers without scripts", async () => {
  const report = reportDocument(sampleData([{ method: "rtn" }, { method: "lsq", loss: 2.9 }]));
  const pictures = await reportPictures(report);
  const html = await reportHtml(report, { pictures });
  assertEquals([...pictures.keys()], ["perplexity-by-bits", "step-times"]);
  assertEquals(html.match(/<noscript><img /g)?.length, 2);
  assertEquals(html.match(/plotly\.newPlot\(/g)?.length, 2);
  assertEquals(html.match(/(?:src|href)="(?!data:|#)[^"]*"/g), null);
});
