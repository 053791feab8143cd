import type { BackendDetailsFragment } from "../../client/index.ts";

/** Names a backend's system, with its generation where the kind has several. */
export const systemOf = ({ kindLabel, generation }: Pick<BackendDetailsFragment, "kindLabel" | "generation">): string =>
  [kindLabel, generation].filter((part) => part !== null).join(" ");
