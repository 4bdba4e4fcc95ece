import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  concat,
  except,
  merge,
  only,
  product,
  withSeeds,
  zip,
} from "../../../lib/study/grid/mod.ts";

type Draft = { a?: number; b?: number; in?: { c?: number; d?: number }; seed?: number };

const value = fc.integer({ min: 0, max: 2 });
const draft: fc.Arbitrary<Draft> = fc.record({
  a: value,
  b: value,
  in: fc.record({ c: value, d: value }, { requiredKeys: [], noNullPrototype: true }),
}, { requiredKeys: [], noNullPrototype: true });
const drafts = fc.array(draft, { maxLength: 4 });

Deno.test("merge() is associative, {} changes nothing, and the later holds", () => {
  fc.assert(fc.property(draft, draft, draft, (x, y, z) => {
    assertEquals(merge(merge(x, y), z), merge(x, merge(y, z)));
    assertEquals(merge(x, {}), x);
    assertEquals(merge({}, x), x);
    assertEquals(merge(x, y).a, y.a ?? x.a);
    assertEquals(merge(x, y).in?.c, y.in?.c ?? x.in?.c);
  }));
});

Deno.test("merge() leaves its parts as they are", () => {
  fc.assert(fc.property(draft, draft, (x, y) => {
    const before = structuredClone([x, y]);
    merge(x, y);
    assertEquals([x, y], before);
  }));
});

Deno.test("product() has every pair once, the last list fastest", () => {
  fc.assert(fc.property(drafts, drafts, (xs, ys) => {
    const pairs = xs.flatMap((x) => ys.map((y) => merge(x, y)));
    assertEquals(product(xs, ys), pairs);
  }));
});

Deno.test("product() is associative; nothing and no choice are its unit and its zero", () => {
  fc.assert(fc.property(drafts, drafts, drafts, (xs, ys, zs) => {
    assertEquals(product(product(xs, ys), zs), product(xs, product(ys, zs)));
    assertEquals(product(xs, ys, zs), product(product(xs, ys), zs));
    assertEquals(product<Draft>([{}], xs), xs);
    assertEquals(product(xs, []), []);
  }));
});

Deno.test("zip() merges entry by entry", () => {
  fc.assert(fc.property(fc.array(fc.tuple(draft, draft)), (pairs) => {
    const zipped = zip(pairs.map(([x]) => x), pairs.map(([, y]) => y));
    assertEquals(zipped, pairs.map(([x, y]) => merge(x, y)));
  }));
});

Deno.test("zip() refuses lists of different lengths", () => {
  assertThrows(() => zip<Draft>([{ a: 1 }], [{ b: 1 }, { b: 2 }]), RangeError, "has 2");
});

Deno.test("only() and except() part a list in order, by pattern and by function", () => {
  fc.assert(fc.property(drafts, draft, (xs, pattern) => {
    const kept = only(xs, pattern);
    const left = except(xs, pattern);
    assertEquals(kept.length + left.length, xs.length);
    assertEquals(xs.filter((x) => kept.includes(x)), kept);
    assertEquals(xs.filter((x) => left.includes(x)), left);
    assertEquals(only(kept, pattern), kept);
    assertEquals(only(xs, (x) => x.a === 1), only<Draft>(xs, { a: 1 }));
  }));
});

Deno.test("only() takes entries that say more than the pattern, not those that say less", () => {
  const list: Draft[] = [{ in: { c: 1, d: 2 } }, { in: { c: 1 } }, { in: {} }, {}];
  assertEquals(only(list, { in: { c: 1 } }), [{ in: { c: 1, d: 2 } }, { in: { c: 1 } }]);
  assertEquals(except(list, { in: { c: 1, d: 2 } }), [{ in: { c: 1 } }, { in: {} }, {}]);
});

Deno.test("withSeeds() repeats each entry for each seed, and concat() keeps order", () => {
  fc.assert(fc.property(drafts, fc.array(value, { maxLength: 3 }), (xs, seeds) => {
    assertEquals(withSeeds(xs, seeds), xs.flatMap((x) => seeds.map((seed) => ({ ...x, seed }))));
    assertEquals(concat(xs, xs), [...xs, ...xs]);
  }));
});
