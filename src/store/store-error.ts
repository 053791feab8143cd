/** A store cannot be opened or used. The message is a sentence for its operator, without credentials. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** Node's error for a name with several addresses has a code, but no message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ("code" in error ? String(error.code) : error.name);
}
