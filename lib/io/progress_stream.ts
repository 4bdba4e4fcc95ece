/** Where progress is shown. */
export interface ProgressStream {
  /** Whether a line can be drawn again in its place. */
  readonly isTTY?: boolean;
  /** The width of the terminal. */
  readonly columns?: number;
  write(text: string): boolean;
}
