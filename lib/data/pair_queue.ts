/** Two neighbouring symbols that may join. */
export interface SymbolPair {
  /** The score of the piece that they would make. */
  score: number;
  /** The index of the left symbol. */
  left: number;
  /** Where the right symbol ends in the text. */
  end: number;
}

/** A priority queue of pairs: the highest score first, the leftmost among equals. */
export class PairQueue {
  // A binary heap: the children of k are 2k + 1 and 2k + 2.
  #heap: SymbolPair[] = [];

  /** Adds a pair. */
  push(pair: SymbolPair): void {
    const heap = this.#heap;
    let at = heap.push(pair) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!goesBefore(pair, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = pair;
  }

  /** Takes the first pair out; undefined if the queue is empty. */
  pop(): SymbolPair | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && goesBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!goesBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function goesBefore(a: SymbolPair, b: SymbolPair): boolean {
  return a.score > b.score || (a.score === b.score && a.left < b.left);
}
