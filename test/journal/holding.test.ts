import { afterAll, describe } from "vitest";
import { openStore } from "../../src/journal/store.ts";
import { startPostgres } from "../support/postgres.ts";
import { storeDialects } from "./fixture.ts";
import { createMemoryStore } from "./memory-store.ts";
import { testHolding } from "./store-suite.ts";

const server = await startPostgres();
afterAll(() => server?.stop());

describe.each(storeDialects(server).filter(({ available }) => available))("holding an operation on $name", ({ createUrl }) => {
  testHolding(async () => openStore(await createUrl()));
});

describe("holding an operation in memory", () => {
  testHolding(async () => createMemoryStore({ now: Date.now }));
});
