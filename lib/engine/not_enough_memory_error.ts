/** A step or program that is known not to fit before it runs. */
export class NotEnoughMemoryError extends RangeError {
  override readonly name = "NotEnoughMemoryError";
}
