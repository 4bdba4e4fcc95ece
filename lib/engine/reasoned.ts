/** A chosen value with the reason for it. */
export interface Reasoned<T> {
  readonly value: T;
  readonly reason: string;
}
