import type { Hit } from "./found.ts";

/** What was opened last in this tab. It is kept as long as the tab is, and signing out forgets it: names of customers are no one else's. */

const storageName = "billing-console.recent";
const most = 6;

/** Newest first. What a storage holds that is full, forbidden or of another version is nothing. */
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
    // Without it, nothing is missing but the list.
  }
}

function isHit(value: unknown): value is Hit {
  const { key, label, description, backends, href } = (value ?? {}) as Partial<Record<keyof Hit, unknown>>;
  const isTexts = [key, label, description, href].every((text) => typeof text === "string");
  return isTexts && Array.isArray(backends) && backends.every((text) => typeof text === "string");
}
