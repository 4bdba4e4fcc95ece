import { createHash } from "node:crypto";

/** The commit that every branch of the fake hub stands at. */
export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** How the fake hub answers; tests change the fields. */
export interface FakeHubState {
  /** The contents by path; those that end in `.safetensors` are large files behind a redirection. */
  files: Map<string, Uint8Array<ArrayBuffer>>;
  /** Entries to list besides, or instead of the right one, right or wrong. */
  listed: { path: string; [field: string]: unknown }[];
  /** Cuts the connection after this many bytes of a content, once for each entry. */
  cuts: number[];
  /** Answers these statuses to requests for contents, once each. */
  statuses: number[];
  /** Answers 200 and the whole content to a request for a range. */
  ignoresRanges: boolean;
  /** Answers another range than asked for, under its true name. */
  shiftsRanges: boolean;
  /** Changes a byte of each content. */
  spoils: boolean;
  /** Sends large files to this place instead. */
  redirect: string | undefined;
  /** Method, path and range of each request. */
  log: string[];
  /** The authorization of each request. */
  tokens: (string | null)[];
}

/** A server on this machine that speaks the hub's routes for the repository `owner/name`. */
export interface FakeHub extends FakeHubState, AsyncDisposable {
  readonly url: string;
}

/** Starts a fake hub with these files. */
export function startFakeHub(files: Record<string, string | Uint8Array<ArrayBuffer>>): FakeHub {
  const contents = Object.entries(files).map(([path, content]) =>
    [path, typeof content === "string" ? new TextEncoder().encode(content) : content] as const
  );
  const state: FakeHubState = {
    files: new Map(contents),
    listed: [],
    cuts: [],
    statuses: [],
    ignoresRanges: false,
    shiftsRanges: false,
    spoils: false,
    redirect: undefined,
    log: [],
    tokens: [],
  };
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, (request) => answer(request, state));
  const url = `http://127.0.0.1:${server.addr.port}`;
  return Object.assign(state, { url, [Symbol.asyncDispose]: () => server.shutdown() });
}

function answer(request: Request, state: FakeHubState): Response {
  const { pathname, search, origin } = new URL(request.url);
  const range = request.headers.get("range");
  state.log.push(range ? `${pathname} ${range}` : pathname);
  state.tokens.push(request.headers.get("authorization"));
  if (/^\/api\/(?:models|datasets)\/owner\/name\/revision\/(?:main|v1%2Fx)$/.test(pathname)) {
    return Response.json({ _id: "1", id: "owner/name", sha: COMMIT });
  }
  if (pathname.endsWith(`/owner/name/tree/${COMMIT}`)) {
    return listing(state, { next: `${origin}${pathname}${search}`, cursor: search });
  }
  const path = decodeURIComponent(pathname.split(`/resolve/${COMMIT}/`)[1] ?? "");
  const content = state.files.get(path);
  if (content === undefined) {
    return Response.json({ error: "Repository not found" }, { status: 404 });
  }
  if (path.endsWith(".safetensors") && !pathname.startsWith("/cdn/")) {
    const location = state.redirect ?? `/cdn${pathname}`;
    return new Response(null, { status: 302, headers: { location } });
  }
  const status = state.statuses.shift();
  if (status !== undefined) return new Response("busy", { status });
  return contentAnswer(content, { state, range });
}

// Two pages, so that the client must follow the link to the second.
function listing(
  state: FakeHubState,
  { next, cursor }: { next: string; cursor: string },
): Response {
  const entries = [
    { type: "directory", path: "sub", size: 0, oid: "0" },
    ...[...state.files]
      .filter(([path]) => state.listed.every((entry) => entry.path !== path))
      .map(([path, content]) => listEntry(path, content)),
    ...state.listed,
  ];
  if (cursor.includes("cursor=2")) return Response.json(entries.slice(1));
  const headers = { link: `<${next}&cursor=2>; rel="next"` };
  return Response.json(entries.slice(0, 1), { headers });
}

function listEntry(path: string, content: Uint8Array) {
  const size = content.length;
  if (!path.endsWith(".safetensors")) {
    const oid = createHash("sha1").update(`blob ${size}\0`).update(content).digest("hex");
    return { type: "file", path, size, oid };
  }
  const oid = createHash("sha256").update(content).digest("hex");
  return { type: "file", path, size, oid: "f".repeat(40), lfs: { oid, size, pointerSize: 130 } };
}

function contentAnswer(
  content: Uint8Array<ArrayBuffer>,
  { state, range }: { state: FakeHubState; range: string | null },
): Response {
  const bytes = content.slice();
  if (state.spoils && bytes.length > 0) bytes[0]! ^= 1;
  const asked = range && !state.ignoresRanges ? Number(/\d+/.exec(range)?.[0]) : 0;
  const start = asked > 0 && state.shiftsRanges ? asked - 1 : asked;
  const rest = bytes.subarray(start);
  const headers = new Headers({ "content-length": `${rest.length}` });
  if (start > 0) headers.set("content-range", `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
  const cut = state.cuts.shift();
  const body = cut === undefined ? rest : brokenStream(rest.subarray(0, cut));
  return new Response(body, { status: start > 0 ? 206 : 200, headers });
}

// A body that ends before its declared length makes the server cut the connection.
function brokenStream(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      // The bytes must be on their way before the connection is cut.
      await new Promise((done) => setTimeout(done, 30));
      controller.close();
    },
  });
}
