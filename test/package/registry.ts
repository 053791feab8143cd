import { tmpdir } from "node:os";
import { finish } from "./stranger.ts";

/** Requests one version, once: an unreachable registry must not cost the minutes of npm's usual retries. */
const question = ["view", "graphql", "version", "--prefer-online", "--fetch-retries=0", "--fetch-timeout=10000"];

/**
 * True, with a warning, if npm cannot reach its registry: then tests that install are skipped. In continuous integration nobody
 * would notice that, so there they fail.
 */
export function registryMissing(): Promise<boolean> {
  missing ??= askRegistry();
  return missing;
}

/** Files of one worker ask once. */
let missing: Promise<boolean> | undefined;

async function askRegistry(): Promise<boolean> {
  if (process.env["CI"]) return false;
  const { code, output } = await finish("npm", question, tmpdir());
  if (code !== 0)
    console.warn(`SKIPPED: the tests that install the package need npm's registry, which does not answer:\n${output}`);
  return code !== 0;
}
