/** What may be logged of an error of the SDK: never its text, which may hold a token. */
export function brief(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreachable';
  return new Error(`livekit answered: ${code}`);
}
