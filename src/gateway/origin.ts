import { hash } from "node:crypto";
import type { BackendSettings } from "../adapters/index.ts";

/**
 * What tells from where, and as whom, a backend is read: equal for two sections of the configuration under which its records are
 * the same. A digest, so that it may be kept; the password is not in it, because a new one changes nothing of what is read. Pure.
 */
export function originOf(settings: BackendSettings): string {
  const { label, password, users, timeoutMs, concurrency, cacheSeconds, retries, circuit, ...origin } = settings;
  // A section is parsed by its schema, which gives its keys in the schema's order, whatever theirs is in the file.
  return hash("sha256", JSON.stringify(origin), "base64url").slice(0, 22);
}
