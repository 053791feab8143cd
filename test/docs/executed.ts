import { type FencedBlock, fencedBlocks } from "../support/markdown.ts";
import { pages, readPage } from "./pages.ts";

/** Pages whose blocks tests of their own execute. */
export const executedElsewhere: readonly string[] = ["docs/clients/reference.md"];

/** True for what is sent to a gateway; the other blocks of the language are parts of schemas. */
export function isQuery({ language, mark, text }: FencedBlock): boolean {
  return language === "graphql" && mark === "" && /^(?:(?:query|mutation|subscription)\b|\{)/.test(text);
}

/** Every query and mutation that a page shows whole. */
export const documentsShown: readonly FencedBlock[] = pages
  .filter((page) => !executedElsewhere.includes(page))
  .flatMap((page) => fencedBlocks(readPage(page)).filter(isQuery));
