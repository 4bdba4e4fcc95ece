import type { SinkFailedEvent, TrainEvent, TrainSink } from "../events.ts";

/**
 * Gives each event of a run to the sinks, then to the consumer, and disposes the sinks at the end,
 * after an error and after a `break`.
 *
 * A sink that throws at the start event ends the run before its first step: what the user asked to
 * be kept cannot be kept. Later the run is worth more than its curve: the run goes on, the sink
 * goes on to get events, so that it can make up for what it missed, and the other sinks and the
 * consumer get a {@linkcode SinkFailedEvent} each time that a sink begins to fail. What a sink
 * could not save until it is disposed is thrown then, after the run's last event.
 *
 * @param events The events of a run, as `train()` makes them.
 * @param sinks What takes them, in this order. They belong to the pipe from its first event on.
 * @throws What the run throws, what a sink throws at the start event, and what a sink throws when
 * it is disposed; several together are a `SuppressedError`.
 */
export async function* pipe(
  events: AsyncIterable<TrainEvent>,
  ...sinks: readonly TrainSink[]
): AsyncGenerator<TrainEvent> {
  await using stack = new AsyncDisposableStack();
  // The first sink is disposed first.
  for (const sink of sinks.toReversed()) stack.use(sink);
  const failing: Failing = new Map();
  for await (const event of events) {
    const failures = await offer(event, sinks, failing);
    yield event;
    for (const failure of failures) {
      // A sink that cannot take this one fails again at the next event, and is reported then.
      await offer(failure, sinks, failing);
      yield failure;
    }
  }
}

/** The sinks that fail, each with the kind of event that it must take to be well again. */
type Failing = Map<TrainSink, TrainEvent["kind"]>;

async function offer(
  event: TrainEvent,
  sinks: readonly TrainSink[],
  failing: Failing,
): Promise<SinkFailedEvent[]> {
  const failures: SinkFailedEvent[] = [];
  for (const sink of sinks) {
    try {
      await sink.take(event);
      if (failing.get(sink) === event.kind) failing.delete(sink);
    } catch (error) {
      if (event.kind === "start") throw error;
      if (event.kind === "sink-failed" || failing.has(sink)) continue;
      failing.set(sink, event.kind);
      failures.push(sinkFailed(sink, event.step, error));
    }
  }
  return failures;
}

function sinkFailed(sink: TrainSink, step: number, error: unknown): SinkFailedEvent {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "sink-failed", step, sink: sink.constructor.name, error: message };
}
