import type { BackendDetailsFragment } from "../../client/index.ts";

/** What a backend is, told apart from another generation of its kind. */
export const systemOf = ({ kindLabel, generation }: Pick<BackendDetailsFragment, "kindLabel" | "generation">): string =>
  [kindLabel, generation].filter((part) => part !== null).join(" ");
