/** A device that a backend found. */
export interface Device {
  /** The name, for example `/job:localhost/replica:0/task:0/device:GPU:0`. */
  readonly name: string;
  /** `CPU`, `GPU` or another kind. */
  readonly type: string;
  /** Bytes of its memory that this process may use, where the device tells. */
  readonly memoryBytes?: number;
}
