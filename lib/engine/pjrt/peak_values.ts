import type { BufferAssignment, BufferValue } from "./client/buffer_assignment.ts";

interface Placed extends BufferValue {
  readonly live: readonly [from: number, to: number];
  /** Where it lies: a value that is updated in place has a second name there. */
  readonly place: string;
}

/** The temporaries that lie in memory together when they take the most, the largest first. */
export function peakValues({ allocations }: BufferAssignment): BufferValue[] {
  const values = allocations.filter(({ kind }) => kind === "temporary")
    .flatMap(({ index, values }) =>
      values.flatMap((value): Placed[] => {
        const { live, offset, bytes } = value;
        return live ? [{ ...value, live, place: `${index} ${offset} ${bytes}` }] : [];
      })
    );
  const step = peakStep(values);
  const there = values.filter(({ live: [from, to] }) => from <= step && step <= to);
  const byPlace = new Map(there.map((value) => [value.place, value]));
  return [...byPlace.values()].sort((a, b) => b.bytes - a.bytes);
}

function peakStep(values: readonly Placed[]): number {
  const starts = values.toSorted((a, b) => a.live[0] - b.live[0]);
  const ends = values.toSorted((a, b) => a.live[1] - b.live[1]);
  const names = new Map<string, number>();
  let [now, most, peak, ended] = [0, 0, 0, 0];
  const change = ({ place, bytes }: Placed, by: 1 | -1) => {
    const before = names.get(place) ?? 0;
    names.set(place, before + by);
    if (before === 0) now += bytes;
    if (before + by === 0) now -= bytes;
  };
  for (const value of starts) {
    for (let end = ends[ended]; end && end.live[1] < value.live[0]; end = ends[++ended]) {
      change(end, -1);
    }
    change(value, 1);
    if (now > most) [most, peak] = [now, value.live[0]];
  }
  return peak;
}
