import { assertEquals } from "@std/assert";
import { KernelSession } from "../../lib/notebook/kernel_session.ts";
import { kernelTest } from "./kernel_test_case.ts";

kernelTest("a reply that comes while a request is sent is not lost", async (packages) => {
  await using kernel = await KernelSession.open({ packages, cwd: Deno.cwd() });
  const asked: number[] = [];
  const answered: unknown[] = [];
  for (let round = 0; round < 5; round++) {
    // Many at once: the first answers come while the last are on their way.
    const ids = Array.from({ length: 200 }, (_, k) => kernel.request(String(k)));
    asked.push(...await Promise.all(ids));
    while (answered.length < asked.length) {
      const { id, type } = await kernel.next();
      if (type === "execute_reply") answered.push(id);
    }
  }
  assertEquals(answered, asked);
});
