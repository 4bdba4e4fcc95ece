import { assert, assertEquals, assertLessOrEqual, assertThrows } from "@std/assert";
import { LiveFigure } from "../../../lib/train/sinks/live_figure.ts";
import { evaluation, start, step } from "./events.ts";

const MIME = "application/vnd.plotly.v1+json";

function recorder() {
  // deno-lint-ignore no-explicit-any
  const sent: { type: string; content: any }[] = [];
  const broadcast = (type: string, content: Record<string, unknown>) => {
    sent.push({ type, content: structuredClone(content) });
    return Promise.resolve();
  };
  return { sent, broadcast };
}

Deno.test("LiveFigure cannot be made outside a notebook", () => {
  assertThrows(() => new LiveFigure(), Error, "does not run in a Deno notebook");
});

Deno.test("LiveFigure displays one figure and updates it at most twice a second", async () => {
  const { sent, broadcast } = recorder();
  let time = 0;
  const figure = new LiveFigure({ broadcast, now: () => time });
  await figure.take(start());
  for (let k = 1; k <= 100; k++) {
    time += 20;
    await figure.take(step(k));
  }
  await figure.take({ kind: "end", status: "done", step: 100 });
  await figure[Symbol.asyncDispose]();
  const [first, ...rest] = sent;
  assertEquals(first?.type, "display_data");
  assertEquals(rest.map(({ type }) => type), Array(5).fill("update_display_data"));
  const ids = new Set(sent.map(({ content }) => content.transient.display_id));
  assertEquals(ids.size, 1);
  const { data } = sent.at(-1)?.content ?? {};
  assertEquals(data[MIME].data[0].x.length, 100);
  assertEquals(data["text/plain"], "Training: step 100 of 100, loss 0.343, done");
});

Deno.test("LiveFigure draws evaluations, those that are no losses on an axis of their own", async () => {
  const { sent, broadcast } = recorder();
  {
    await using figure = new LiveFigure({ broadcast });
    for (const event of [start(), step(1), evaluation(1), step(2)]) await figure.take(event);
  }
  const { data, layout } = sent.at(-1)?.content.data[MIME] ?? {};
  // deno-lint-ignore no-explicit-any
  assertEquals(data.map(({ name, yaxis }: any) => [name, yaxis]), [
    ["loss", undefined],
    ["evaluation: loss", undefined],
    ["evaluation: perplexity", "y2"],
  ]);
  assertEquals([data[1].x, data[1].y], [[1], [2 / 3]]);
  assertEquals(layout.yaxis2.title.text, "perplexity");
});

Deno.test("LiveFigure shows a loss that is not finite as a gap", async () => {
  const { sent, broadcast } = recorder();
  {
    await using figure = new LiveFigure({ broadcast });
    for (const event of [start(), step(1), step(2, { loss: NaN })]) await figure.take(event);
  }
  assertEquals(sent.at(-1)?.content.data[MIME].data[0].y, [step(1).loss, null]);
});

Deno.test("LiveFigure thins a long curve evenly and keeps its last point", async () => {
  const { sent, broadcast } = recorder();
  {
    await using figure = new LiveFigure({ broadcast, now: () => 0 });
    await figure.take(start());
    for (let k = 1; k <= 50_001; k++) await figure.take(step(k));
  }
  const message = sent.at(-1)?.content;
  const { x, y } = message.data[MIME].data[0];
  assertLessOrEqual(x.length, 2001);
  assertEquals(x.at(-1), 50_001);
  assertEquals(y.at(-1), step(50_001).loss);
  const gaps = new Set(x.slice(1, -1).map((at: number, k: number) => at - x[k]));
  assertEquals(gaps.size, 1);
  assert(x.length > 1000);
  assertLessOrEqual(JSON.stringify(message).length, 200_000);
});
