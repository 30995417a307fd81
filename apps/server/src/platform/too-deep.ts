/** How deep lists and objects may lie in each other. Nothing of ours lies deeper than ten. */
export const DEPTH_MAX = 100;

/**
 * Whether a value lies deeper than {@link DEPTH_MAX}. JSON is read however deep it lies, and writing it again goes as deep as it does: some
 * five thousand brackets, ten kilobytes of a frame, are more than the stack holds, and what throws there ends the process.
 */
export function isTooDeep(value: unknown, left = DEPTH_MAX): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return left === 0 || Object.values(value).some((inner) => isTooDeep(inner, left - 1));
}
