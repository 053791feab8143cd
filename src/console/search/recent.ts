import type { Hit } from "./found.ts";

/**
 * Recent results of this tab. Signing out forgets them, and so does closing the tab: customers' names are not for the next
 * person.
 */

const storageName = "billing-console.recent";
const most = 6;

/** Newest first. Empty when the storage is unavailable, or holds another version. */
export function recentHits(storage: Pick<Storage, "getItem"> = sessionStorage): readonly Hit[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageName) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isHit) : [];
  } catch {
    return [];
  }
}

export function remember(hit: Hit, storage: Pick<Storage, "getItem" | "setItem"> = sessionStorage): void {
  const others = recentHits(storage).filter(({ href }) => href !== hit.href);
  try {
    storage.setItem(storageName, JSON.stringify([hit, ...others].slice(0, most)));
  } catch {
    // Without a storage only this list is missing.
  }
}

function isHit(value: unknown): value is Hit {
  const { key, label, description, backends, href } = (value ?? {}) as Partial<Record<keyof Hit, unknown>>;
  const isTexts = [key, label, description, href].every((text) => typeof text === "string");
  return isTexts && Array.isArray(backends) && backends.every((text) => typeof text === "string");
}
