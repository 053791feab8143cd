import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** With a browser, with what npm installs or builds, or with the whole bench: what takes longest. */
const slow = [
  "test/bench/**",
  "test/client/example.test.ts",
  "test/client/react-page.test.ts",
  "test/deploy/docker.test.ts",
  "test/e2e/browser.test.ts",
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

/** Where they are bundled first, so that they start sooner. */
const programs = "test/support/programs.ts";

/** With a whole gateway in the test's own process. */
const gateways = ["test/client/**", "test/compatibility/**", "test/gateway/**", "test/security/**", "test/server/**"];

const tests = (patterns: readonly string[]): string[] =>
  patterns.map((pattern) => (pattern.endsWith("**") ? `${pattern}/*.test.ts` : pattern));

/** What takes more than half a minute, the longest first: whatever is long and begins last, everybody else waits for. */
const longest = [
  "test/bench/smoke.test.ts",
  "test/package/frameworks.test.ts",
  "test/docs/walk.test.ts",
  "test/e2e/operations/frozen.test.ts",
  "test/e2e/workers.test.ts",
  "test/e2e/dying-workers.test.ts",
  "test/e2e/console/accessibility.test.ts",
  "test/e2e/operations/killed.test.ts",
  "test/security/canaries.test.ts",
  "test/e2e/operations/lost-store.test.ts",
  "test/e2e/console/accounts.test.ts",
  "test/e2e/operations/runs.test.ts",
  "test/e2e/console/finding.test.ts",
  "test/e2e/operations/command.test.ts",
  "test/e2e/operations/clocks.test.ts",
  "test/e2e/console/runs.test.ts",
  "test/package/package.test.ts",
];

const poll = { timeout: 45_000, interval: 20 };

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = longest.findIndex((file) => moduleId.endsWith(`/${file}`));
      return rank === -1 ? longest.length : rank;
    };
    const orderOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => orderOf(one) - orderOf(other) || rankOf(one) - rankOf(other));
  }
}

/**
 * Two groups, one after the other: first what runs in the test's own process, then what starts processes. Files wait for half of their
 * time and more, for timers, leases, databases and programs: more of them run at once than a machine of two cores has.
 */
const project = (
  name: string,
  groupOrder: number,
  include: readonly string[],
  others: readonly string[],
  options: NonNullable<TestProjectInlineConfiguration["test"]>,
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
    sequence: { sequencer: LongestFirst },
    // For what hangs. How fast something is, no test says: the slowest machine that they run on is busy, and slow itself.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll },
    projects: [
      project("unit", 1, ["test/**"], [...gateways, ...processes, ...slow], { isolate: false, maxWorkers: 4 }),
      project("gateway", 1, gateways, [...processes, ...slow], { isolate: false, maxWorkers: 4 }),
      project("e2e", 2, processes, slow, { isolate: false, maxWorkers: 4, globalSetup: programs }),
      // Each look at a page keeps three processes busy.
      project("slow", 2, slow, [], {
        isolate: false,
        maxWorkers: 4,
        globalSetup: programs,
        expect: { poll: { ...poll, interval: 60 } },
      }),
    ],
  },
});
