import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { stripVTControlCharacters } from "node:util";
import { ProgressBar, progressText } from "../../lib/cli/progress_bar.ts";

const MiB = 2 ** 20;

function stream(isTTY: boolean) {
  let text = "";
  return {
    isTTY,
    columns: 80,
    write(piece: string): boolean {
      text += piece;
      return true;
    },
    get text(): string {
      return text;
    },
  };
}

function download(done: number) {
  return { phase: "download", done: done * MiB, total: 200 * MiB, unit: "bytes" };
}

Deno.test("progressText() counts bytes in MiB and other things by their name", () => {
  assertEquals(progressText(download(25)), "download  12% 25/200 MiB");
  assertEquals(
    progressText({ phase: "eval", done: 3, total: 3, unit: "items" }),
    "eval 100% 3/3 items",
  );
  assertEquals(
    progressText({ phase: "empty", done: 0, total: 0, unit: "items" }),
    "empty 100% 0/0 items",
  );
  assertEquals(progressText({ phase: "wait", done: 0, total: undefined, unit: "bytes" }), "wait …");
  assertEquals(
    progressText({ phase: "read", done: 5 * MiB, total: undefined, unit: "bytes" }),
    "read 5 MiB",
  );
});

Deno.test("ProgressBar prints the first and the last state of a phase on a pipe, and few between", () => {
  const pipe = stream(false);
  {
    using bar = new ProgressBar({ stream: pipe, lineInterval: 60_000 });
    for (let done = 0; done <= 200; done++) bar.update(download(done));
    bar.update({ phase: "verify", done: 1, total: 2, unit: "items" });
  }
  assertEquals(
    pipe.text,
    "download   0% 0/200 MiB\ndownload 100% 200/200 MiB\nverify  50% 1/2 items\n",
  );
});

Deno.test("ProgressBar prints a line on a pipe whenever the interval has passed", () => {
  const pipe = stream(false);
  using bar = new ProgressBar({ stream: pipe, lineInterval: 0 });
  for (let done = 0; done < 5; done++) bar.update(download(done));
  assertEquals(pipe.text.split("\n").length, 6);
});

Deno.test("ProgressBar does not print a line twice that says the same", () => {
  const pipe = stream(false);
  using bar = new ProgressBar({ stream: pipe, lineInterval: 0 });
  for (let k = 0; k < 3; k++) bar.update(download(200));
  assertEquals(pipe.text, "download 100% 200/200 MiB\n");
});

Deno.test("ProgressBar redraws one line on a terminal and ends it", async () => {
  const terminal = stream(true);
  {
    using bar = new ProgressBar({ stream: terminal });
    for (let done = 0; done <= 200; done += 50) {
      bar.update(download(done));
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
  }
  const plain = stripVTControlCharacters(terminal.text);
  assertEquals(plain.split("\n").length, 2);
  assert(plain.endsWith("\n"));
  assertMatch(plain, /\[=+-+\] download {2}50% 100\/200 MiB \| \d+s left/);
  assertMatch(plain, /\[=+-*\] download 100% 200\/200 MiB/);
  // Back to the first column for each state.
  assert(terminal.text.split("\x1b[1G").length > 4);
  // A process that is killed leaves the terminal with its cursor and its line wrapping.
  for (const mode of ["\x1b[?25l", "\x1b[?7l"]) assert(!terminal.text.includes(mode));
});

Deno.test("ProgressBar draws a line of its own for each phase on a terminal", () => {
  const terminal = stream(true);
  {
    using bar = new ProgressBar({ stream: terminal });
    bar.update({ phase: "wait", done: 0, total: undefined, unit: "bytes" });
    bar.update(download(200));
  }
  const lines = stripVTControlCharacters(terminal.text).split("\n");
  assertEquals(lines.length, 3);
  assertStringIncludes(lines[0] ?? "", "wait …");
  assertStringIncludes(lines[1] ?? "", "download 100%");
});
