import { type FencedBlock, fencedBlocks } from "../support/markdown.ts";
import { pages, readPage } from "./pages.ts";

/**
 * Says which test executes which blocks. walk.test.ts runs queries and commands, and configuration.test.ts loads configurations,
 * wherever they are. The other blocks have their own tests: these.
 */

interface Claim {
  readonly page: string;
  /** A heading above the blocks; absent: anywhere on the page. */
  readonly under?: string;
  readonly languages: readonly string[];
  /** Text in the blocks; absent: any text. */
  readonly holding?: string;
  /** The test, which reads the blocks from `shown`. */
  readonly by: string;
}

const clients = "docs/clients/README.md";

export const claims = {
  packing: { page: clients, under: "Install the package", languages: ["sh"], by: "test/package/package.test.ts" },
  "a typed query": { page: clients, under: "Install the package", languages: ["ts"], by: "test/package/sources.ts" },
  "the page with React": {
    page: clients,
    under: "React",
    languages: ["html", "js", "tsx"],
    by: "test/client/react-page.test.ts",
  },
  "packages for React": { page: clients, under: "React", languages: ["sh"], by: "test/client/react-page.test.ts" },
  "clients of one's own": { page: clients, under: "Your own client", languages: ["ts"], by: "test/compatibility/shown.test.ts" },
  Next: { page: clients, under: "Next", languages: ["jsx"], by: "test/package/frameworks.test.ts" },
  Jest: { page: clients, under: "Jest", languages: ["js"], by: "test/package/frameworks.test.ts" },
  "code generation": { page: clients, under: "Code generation", languages: ["ts"], by: "test/package/frameworks.test.ts" },
  "operations and hooks": {
    page: "docs/clients/reference.md",
    languages: ["graphql", "json", "ts", "tsx"],
    by: "test/client/reference.test.ts",
  },
  "the example": { page: "examples/react/README.md", languages: ["sh"], by: "test/client/example.test.ts" },
  "a subgraph": { page: "docs/supergraph.md", languages: ["graphql"], by: "test/schema/federation.test.ts" },
  "a backup": { page: "docs/operating.md", languages: ["sh"], holding: "node:sqlite", by: "test/e2e/backup.test.ts" },
  "packages for traces": { page: "docs/metrics.md", under: "Traces", languages: ["sh"], by: "test/package/package.test.ts" },
} as const satisfies Readonly<Record<string, Claim>>;

const isMeant = (claim: Claim, page: string, { language, text, headings, mark }: FencedBlock): boolean =>
  claim.page === page &&
  mark === "" &&
  (claim.languages as readonly string[]).includes(language) &&
  (claim.under === undefined || headings.includes(claim.under)) &&
  (claim.holding === undefined || text.includes(claim.holding));

/** The blocks that a test claims to execute. Throws if there are none. */
export function shown(name: keyof typeof claims): readonly FencedBlock[] {
  const claim: Claim = claims[name];
  const blocks = fencedBlocks(readPage(claim.page)).filter((block) => isMeant(claim, claim.page, block));
  if (blocks.length === 0) throw new Error(`${claim.page} shows nothing that would be "${name}".`);
  return blocks;
}

/** The file that a page shows: a block whose first line is a comment with its name. */
export function fileShown(name: keyof typeof claims, file: string): string {
  const block = shown(name).find(({ text }) => text.startsWith(`// ${file}\n`));
  if (block === undefined) throw new Error(`${claims[name].page} shows no ${file}.`);
  return block.text;
}

/** True for blocks with a test of their own. */
export function isClaimed(page: string, block: FencedBlock): boolean {
  return Object.values(claims).some((claim) => isMeant(claim, page, block));
}

/** True for blocks that are sent to a gateway; other blocks of the language are parts of schemas. */
export function isQuery({ language, mark, text }: FencedBlock): boolean {
  return language === "graphql" && mark === "" && /^(?:(?:query|mutation|subscription)\b|\{)/.test(text);
}

/** The blocks that walk.test.ts runs, in order. */
export function walkedBlocks(page: string): readonly FencedBlock[] {
  return fencedBlocks(readPage(page)).filter((block) => block.mark === "" && !isClaimed(page, block));
}

/** Every complete query and mutation of a page. */
export const documentsShown: readonly FencedBlock[] = pages.flatMap((page) => walkedBlocks(page).filter(isQuery));
