/** What came of looking at one place: the thing, or why it cannot be used. */
export type Attempt<T> = { readonly found: T } | { readonly reason: string };
