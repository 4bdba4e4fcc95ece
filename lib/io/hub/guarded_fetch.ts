/** Options for {@linkcode guardedFetch}. */
export interface GuardedFetchOptions {
  /** The site that may see the `Authorization` header. */
  authorizedOrigin: string;
  /** The longest body to take, bytes; by default any. */
  maxBytes?: number;
}

/** The hub redirects a file once or twice. */
const MAX_REDIRECTS = 5;

/**
 * Makes a `fetch` that takes only https addresses, or http on this machine, at each step of a redirection,
 * and shows `Authorization` to one site only.
 *
 * The result throws a `RangeError` for an address that is not allowed or too many redirections, and so
 * does its body when it grows above `maxBytes`; a `TypeError` for a site that it does not reach.
 */
export function guardedFetch(options: GuardedFetchOptions): typeof fetch {
  const { authorizedOrigin, maxBytes = Infinity } = options;
  return async (input, init = {}) => {
    let url = new URL(input instanceof Request ? input.url : input);
    for (let step = 0; step <= MAX_REDIRECTS; step++) {
      checkProtocol(url);
      const headers = new Headers(init.headers);
      if (url.origin !== authorizedOrigin) headers.delete("authorization");
      const response = await reach(url, { ...init, headers, redirect: "manual" });
      const location = redirection(response);
      if (location === undefined) return limited(response, maxBytes);
      await response.body?.cancel();
      url = new URL(location, url);
    }
    throw new RangeError(`Too many redirections from ${input}: at most ${MAX_REDIRECTS}`);
  };
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new TypeError(
      `Cannot reach ${url.origin}: check the network, or name what is on this machine; ` +
        "QATLAB_OFFLINE=1 takes what was downloaded before",
      { cause },
    );
  }
}

/**
 * Checks that an address is https, or http on this machine.
 *
 * @throws {RangeError} If it is not.
 */
export function checkProtocol(url: URL): void {
  const isHere = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === "https:" || (url.protocol === "http:" && isHere)) return;
  throw new RangeError(
    `An address must be https, or http on this machine: current value is ${url.origin}`,
  );
}

function redirection(response: Response): string | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  return response.headers.get("location") ?? undefined;
}

function limited(response: Response, maxBytes: number): Response {
  if (maxBytes === Infinity || response.body === null) return response;
  let bytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new RangeError(`An answer must have at most ${maxBytes} bytes`);
      controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
}
