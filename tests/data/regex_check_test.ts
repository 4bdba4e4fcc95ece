import { assertEquals } from "@std/assert";
import { regexProblem } from "../../lib/data/regex_check.ts";
import { GGUF_PRE_TOKENIZERS } from "../../lib/data/gguf_pre_tokenizers.ts";

Deno.test("regexProblem() lets the patterns of known tokenizers pass", () => {
  for (const { steps } of GGUF_PRE_TOKENIZERS.values()) {
    for (const step of steps) {
      if (step.type !== "Split" || !("Regex" in step.pattern)) continue;
      assertEquals(regexProblem(step.pattern.Regex), undefined);
    }
  }
  assertEquals(regexProblem("(?i:'s|'t)?[)+]+\\)+"), undefined);
});

Deno.test("regexProblem() finds repeated groups and back references", () => {
  for (const pattern of ["(a+)+", "(?:a|aa)*", "((a)){2,}", "[(](a*)*", "\\\\(a)+"]) {
    assertEquals(regexProblem(pattern), "a repeated group", pattern);
  }
  for (const pattern of ["(a*)b\\1", "(?<n>a*)\\k<n>"]) {
    assertEquals(regexProblem(pattern), "a back reference", pattern);
  }
});
