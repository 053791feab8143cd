import { defineConfig } from "vitest/config";

export default defineConfig({
  // As Node itself resolves: with Vite's "development" condition, tests would load a second copy of graphql.
  ssr: { resolve: { conditions: ["node", "module-sync"] } },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Two cores are the machines this project is tested on; real servers and processes run inside the tests.
    maxWorkers: 2,
    // On a busy CI machine a process or a page may take longer than a test waits; the summary says what was tried again.
    retry: process.env["CI"] === "true" ? 1 : 0,
  },
});
