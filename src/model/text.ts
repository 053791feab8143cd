import { memoised } from "./memoised.ts";

/** Texts as people search for them. */

/** Case-insensitive "contains", Unicode-aware, over whichever of the texts exist. */
export function containsText(texts: readonly (string | null | undefined)[], search: string): boolean {
  const wanted = foldedSearch(search);
  return texts.some((text) => text != null && foldText(text).includes(wanted));
}

/** A search is compared with the texts of each object in turn. */
const foldedSearch = memoised(foldText, 100);

/** For comparing what people typed: compatibility forms unified, case folded, outer space dropped. */
export function foldText(text: string): string {
  // Unifying takes several times as long as all the rest, and leaves ASCII as it is.
  const unified = /^[ -~]*$/.test(text) ? text : text.normalize("NFKC");
  return unified.toLowerCase().trim();
}
