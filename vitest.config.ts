import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Two cores are the machines this project is tested on; real servers and processes run inside the tests.
    maxWorkers: 2,
  },
});
