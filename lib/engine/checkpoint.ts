import { optimizationBarrier } from "./ops/barrier.ts";
import { tf } from "./tf.ts";

/**
 * A function whose backward pass computes its inner values again instead of keeping them.
 *
 * The forward pass keeps what the function was given and what it read from outside, nothing that it
 * made. The backward pass runs the function again, then its gradients. Tensors from outside that
 * the function reads (variables, arguments of the function that is differentiated) get their
 * gradients too.
 *
 * @param fn A function of tensors that gives one tensor and is the same at every call.
 * @returns A function with the same values and gradients.
 * @throws {TypeError} In the backward pass, if the function read a tensor from outside that is gone
 * by then: pass such tensors as arguments.
 */
export function checkpoint<Inputs extends readonly tf.Tensor[], Result extends tf.Tensor>(
  fn: (...inputs: Inputs) => Result,
): (...inputs: Inputs) => Result {
  return (...given) => {
    const recorder = new ReadRecorder(given);
    // The engine looks at the inputs only after the forward pass, when the reads are known.
    const inputs: Record<string, tf.Tensor> = Object.fromEntries(given.entries());
    const outside: tf.Tensor[] = [];
    return engineInternals().runKernelFunc({
      inputs,
      forwardFunc: (_backend, save) => {
        const result = recorder.record(() => fn(...given));
        outside.push(...recorder.outside);
        outside.forEach((tensor, i) => inputs[given.length + i] = tensor);
        save([...given, ...outside]);
        return result;
      },
      backwardsFunc: (dy, saved) => {
        const gradients = recompute(fn, { saved, outside, given: given.length, dy });
        return Object.fromEntries(gradients.map((gradient, i) => [i, () => gradient]));
      },
    }) as Result;
  };
}

interface Recomputation {
  readonly saved: readonly tf.Tensor[];
  readonly outside: readonly tf.Tensor[];
  readonly given: number;
  readonly dy: tf.Tensor;
}

function recompute<Inputs extends readonly tf.Tensor[]>(
  fn: (...inputs: Inputs) => tf.Tensor,
  { saved, outside, given, dy }: Recomputation,
): tf.Tensor[] {
  const gone = outside.find((tensor) => tensor.isDisposed);
  if (gone) {
    throw new TypeError(
      `A checkpointed function read a tensor [${gone.shape}] from outside that is gone in the backward pass: pass it as an argument`,
    );
  }
  // Behind the barrier, so that a compiler does not find the values in the forward pass after all.
  const [behind = dy, ...tensors] = optimizationBarrier([dy, ...saved]);
  const inputs = tensors.slice(0, given);
  return withData(outside, tensors.slice(given), () => {
    const all = [...inputs, ...outside];
    const learned = all.filter(hasGradient);
    const call = () => fn(...inputs as unknown as Inputs);
    const { grads } = withOwnTape(() => tf.engine().gradients(call, learned, behind, true));
    // Filled by the backend: TF.js makes zeros in the host's memory, here as many as frozen weights.
    return all.map((tensor) => grads[learned.indexOf(tensor)] ?? tf.fill(tensor.shape, 0));
  });
}

// TF.js forgets the tape of the gradient under way when another one starts.
function withOwnTape<T>(use: () => T): T {
  const { state } = engineInternals();
  const tape = state.activeTape;
  try {
    return use();
  } finally {
    state.activeTape = tape;
  }
}

function hasGradient(tensor: tf.Tensor): boolean {
  return tensor.dtype === "float32" && !(tensor instanceof tf.Variable && !tensor.trainable);
}

/** Runs `use` while each of `tensors` has the data of the one of `others` at its place. */
function withData<T>(tensors: readonly tf.Tensor[], others: readonly tf.Tensor[], use: () => T): T {
  const before = tensors.map(({ dataId }) => dataId);
  setData(tensors, others.map(({ dataId }) => dataId));
  try {
    return use();
  } finally {
    setData(tensors, before);
  }
}

function setData(tensors: readonly tf.Tensor[], ids: readonly object[]) {
  tensors.forEach((tensor, i) => (tensor as { dataId: object }).dataId = ids[i] ?? tensor.dataId);
}

/** Finds the tensors that a function reads and neither makes nor is given. */
class ReadRecorder {
  readonly #known: Set<number>;
  readonly outside = new Set<tf.Tensor>();

  constructor(given: readonly tf.Tensor[]) {
    this.#known = new Set(given.map(({ id }) => id));
  }

  record<T>(run: () => T): T {
    const engine = engineInternals();
    const firstNew = engine.nextTensorId();
    const original = engine.runKernelFunc;
    engine.runKernelFunc = (call) => {
      for (const input of Object.values(call.inputs).flat()) {
        if (input instanceof tf.Tensor && input.id < firstNew && !this.#known.has(input.id)) {
          this.outside.add(input);
        }
      }
      return original.call(engine, call);
    };
    try {
      return run();
    } finally {
      engine.runKernelFunc = original;
    }
  }
}

interface KernelCall {
  readonly inputs: Record<string, tf.Tensor | tf.Tensor[]>;
  readonly forwardFunc?: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => tf.Tensor;
  readonly backwardsFunc?: (
    dy: tf.Tensor,
    saved: readonly tf.Tensor[],
  ) => Record<string, () => tf.Tensor>;
}

// TF.js's customGrad wants all inputs before the forward pass; what it is made of does not.
interface EngineInternals {
  readonly state: { activeTape: unknown };
  nextTensorId(): number;
  runKernelFunc(call: KernelCall): unknown;
}

function engineInternals(): EngineInternals {
  return tf.engine() as unknown as EngineInternals;
}
