/** A curve that is thinned as it grows: so many points at the most, spread evenly. */
export class LossPoints {
  readonly #limit: number;
  #stride = 1;
  #x: number[] = [];
  #y: number[] = [];
  #last: readonly [number, number] | undefined;

  /** @param limit The largest number of points that are kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a point; when there are too many, every second one is left out from then on. */
  add(x: number, y: number): void {
    this.#last = [x, y];
    if (x % this.#stride !== 0) return;
    this.#x.push(x);
    this.#y.push(y);
    if (this.#x.length <= this.#limit) return;
    this.#stride *= 2;
    const kept = this.#x.map((at) => at % this.#stride === 0);
    this.#y = this.#y.filter((_, k) => kept[k]);
    this.#x = this.#x.filter((_, k) => kept[k]);
  }

  /** The points that are kept, and the last one; a value that is not finite is null, a gap. */
  get xy(): { x: number[]; y: (number | null)[] } {
    const x = [...this.#x];
    const y = [...this.#y];
    if (this.#last !== undefined && this.#last[0] !== x.at(-1)) {
      x.push(this.#last[0]);
      y.push(this.#last[1]);
    }
    return { x, y: y.map((value) => Number.isFinite(value) ? value : null) };
  }
}
