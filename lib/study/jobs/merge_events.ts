/**
 * The values of several generators as they come. Each is one value ahead of what was taken; when one
 * throws or the taker leaves, all are ended.
 */
export async function* mergeEvents<T>(
  sources: readonly AsyncGenerator<T, void, void>[],
): AsyncGenerator<T, void, void> {
  const pending = new Map(sources.map((source) => [source, nextOf(source)]));
  try {
    while (pending.size > 0) {
      const { source, result } = await Promise.race(pending.values());
      pending.delete(source);
      if (result.done) continue;
      pending.set(source, nextOf(source));
      yield result.value;
    }
  } finally {
    await Promise.allSettled(pending.values());
    await Promise.allSettled([...pending.keys()].map((source) => source.return()));
  }
}

async function nextOf<T>(source: AsyncGenerator<T, void, void>) {
  return { source, result: await source.next() };
}
