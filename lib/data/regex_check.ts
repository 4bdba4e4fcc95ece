// The longest pattern in use (DeepSeek's, with its letter ranges) has about 500 characters.
const MAX_LENGTH = 4096;

/**
 * Tells why a regular expression from a file may not run, or undefined if it may.
 *
 * A backtracking engine needs exponential time for a repeated group, as in `(a+)+b`. No tokenizer in
 * use repeats a group, other than by `?`, so repeated groups are refused.
 */
export function regexProblem(pattern: string): string | undefined {
  if (pattern.length > MAX_LENGTH) return `a pattern of ${pattern.length} characters`;
  if (/(?<!\\)(?:\\\\)*\)(?:[*+]|\{)/.test(withoutClasses(pattern))) return "a repeated group";
  if (/(?<!\\)(?:\\\\)*\\(?:[1-9]|k)/.test(pattern)) return "a back reference";
  return undefined;
}

// Signs inside "[...]" stand for themselves.
function withoutClasses(pattern: string): string {
  return pattern.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/gsu, (part) => part[0] === "[" ? "[]" : part);
}
