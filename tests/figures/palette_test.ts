import { assertEquals, assertNotEquals } from "@std/assert";
import { methodOrder, methodStyle, variantStyle } from "../../lib/figures/palette.ts";

const NAMES = [
  "float",
  "lora",
  "rtn",
  "lsq",
  "peqa",
  "lr-qat",
  "l4q",
  "qat-lora",
  "qlora",
  "qlora-star",
];

Deno.test("each method has a colour and a symbol of its own, and a name for readers", () => {
  const styles = NAMES.map(methodStyle);
  assertEquals(new Set(styles.map(({ colour }) => colour)).size, NAMES.length);
  assertEquals(new Set(styles.map(({ symbol }) => symbol)).size, NAMES.length);
  assertEquals(methodStyle("lr-qat").label, "LR-QAT");
});

Deno.test("an unknown method looks the same each time, and names of objects' members are unknown", () => {
  assertEquals(methodStyle("my-method"), methodStyle("my-method"));
  assertEquals(methodStyle("constructor").label, "constructor");
});

Deno.test("variants of a method share its colour and differ in symbol and dash", () => {
  const looks = [0, 1, 2, 3].map((index) => variantStyle("lr-qat", index));
  assertEquals(new Set(looks.map(({ colour }) => colour)).size, 1);
  assertEquals(new Set(looks.map(({ symbol }) => symbol)).size, 4);
  assertNotEquals(looks[0]?.dash, looks[1]?.dash);
});

Deno.test("legends have known methods in their order, then others by name", () => {
  const names = ["zeta", "l4q", "alpha", "rtn", "float"];
  assertEquals(names.toSorted(methodOrder), ["float", "rtn", "l4q", "alpha", "zeta"]);
});
