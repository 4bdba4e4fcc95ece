import { assertAlmostEquals } from "@std/assert";
import { moved, ownTransform } from "../../../lib/figures/render/transform.ts";

const element = (transform: string) => ({
  nodeType: 1,
  nodeName: "g",
  nodeValue: null,
  childNodes: [],
  parentNode: null,
  getAttribute: (name: string) => name === "transform" ? transform : null,
});

Deno.test("transforms apply from right to left, and turn about their centre", () => {
  const cases: [string, [number, number]][] = [
    ["translate(3, 4)", [4, 4]],
    ["scale(2)", [2, 0]],
    ["rotate(90)", [0, 1]],
    ["rotate(-90,10,20)", [-10, 29]],
    ["translate(5,0) scale(2,3)", [7, 0]],
    ["", [1, 0]],
  ];
  for (const [text, [x, y]] of cases) {
    const point = moved(ownTransform(element(text)), [1, 0]);
    assertAlmostEquals(point[0], x, 1e-9, text);
    assertAlmostEquals(point[1], y, 1e-9, text);
  }
});
