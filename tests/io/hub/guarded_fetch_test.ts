import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { checkProtocol, guardedFetch } from "../../../lib/io/hub/guarded_fetch.ts";
import { COMMIT, startFakeHub } from "./fake_hub.ts";

Deno.test("guardedFetch() stops a body above its limit", async () => {
  await using hub = startFakeHub({ "a.txt": "x".repeat(1000) });
  const url = `${hub.url}/owner/name/resolve/${COMMIT}/a.txt`;
  const allowed = await guardedFetch({ authorizedOrigin: hub.url, maxBytes: 1000 })(url);
  assertEquals((await allowed.text()).length, 1000);
  const refused = await guardedFetch({ authorizedOrigin: hub.url, maxBytes: 999 })(url);
  await assertRejects(() => refused.text(), RangeError, "at most 999 bytes");
});

Deno.test("checkProtocol() takes https anywhere, and http on this machine", () => {
  for (const url of ["https://x.org", "http://localhost:1", "http://127.1.2.3", "http://[::1]/a"]) {
    checkProtocol(new URL(url));
  }
  for (
    const url of [
      "http://x.org",
      "http://127.0.0.1.x.org",
      "http://localhost.x.org",
      "ftp://localhost",
    ]
  ) {
    assertThrows(() => checkProtocol(new URL(url)), RangeError, "An address must be https");
  }
});

Deno.test("guardedFetch() names the site that it does not reach, and what to do", async () => {
  // A port that was free a moment ago, and where nobody listens.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const origin = `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
  listener.close();
  const fetch = guardedFetch({ authorizedOrigin: origin });
  await assertRejects(
    () => fetch(`${origin}/file`),
    TypeError,
    `Cannot reach ${origin}: check the network`,
  );
});
