import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

/** With a browser, with what npm installs or builds, or with the whole bench: what takes longest. */
const slow = [
  "test/bench/**",
  "test/client/example.test.ts",
  "test/client/react-page.test.ts",
  "test/deploy/docker.test.ts",
  "test/e2e/console/**",
  "test/e2e/graphiql.test.ts",
  "test/package/**",
  "test/server/auth/browser.test.ts",
];

/** With programs of the repository as processes of their own. */
const processes = [
  "test/commands/**",
  "test/e2e/**",
  "test/docs/walk.test.ts",
  "test/security/canaries.test.ts",
  "test/security/malformed.test.ts",
  "test/simulation/**",
];

/** With a whole gateway in the test's own process. */
const gateways = ["test/client/**", "test/compatibility/**", "test/gateway/**", "test/security/**", "test/server/**"];

const tests = (patterns: readonly string[]): string[] =>
  patterns.map((pattern) => (pattern.endsWith("**") ? `${pattern}/*.test.ts` : pattern));

/**
 * One after the other: what runs beside something that takes the whole machine would be slow by chance. Two cores are the machines
 * that the workers are counted for.
 */
const project = (
  name: string,
  groupOrder: number,
  include: readonly string[],
  others: readonly string[],
  options: { readonly isolate: boolean; readonly maxWorkers: number },
): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    name,
    include: tests(include),
    exclude: [...configDefaults.exclude, ...tests(others)],
    sequence: { groupOrder },
    ...options,
  },
});

export default defineConfig({
  // As Node itself resolves: with Vite's "development" condition, tests would load a second copy of graphql.
  ssr: { resolve: { conditions: ["node", "module-sync"] } },
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/setup.ts"],
    // For what hangs. How fast something is, no test says: the slowest machine that they run on is busy, and slow itself.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 45_000, interval: 20 } },
    projects: [
      project("unit", 1, ["test/**"], [...gateways, ...processes, ...slow], { isolate: false, maxWorkers: 2 }),
      project("gateway", 2, gateways, [...processes, ...slow], { isolate: false, maxWorkers: 2 }),
      // They wait for most of their time: for leases of 12 s, for timeouts.
      project("e2e", 3, processes, slow, { isolate: true, maxWorkers: 3 }),
      project("slow", 4, slow, [], { isolate: true, maxWorkers: 2 }),
    ],
  },
});
