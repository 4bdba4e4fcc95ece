const MAX_PATH_LENGTH = 1000;

// Names that Windows gives to devices, with any ending.
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * True for a relative path that stays in its folder under the rules of POSIX and of Windows: no empty,
 * dot-only or device part, no back slash, colon, wildcard or control character, no part that ends in a
 * dot or blank.
 */
export function isSafePath(path: string): boolean {
  return path.length <= MAX_PATH_LENGTH && path.isWellFormed() && path.split("/").every(isSafePart);
}

function isSafePart(part: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what it looks for
  const hasBadSign = /[\\:*?"<>|\u0000-\u001f\u007f]/.test(part);
  return part !== "" && part.length <= 255 && !/[. ]$/.test(part) && !hasBadSign &&
    !DEVICE.test(part);
}
