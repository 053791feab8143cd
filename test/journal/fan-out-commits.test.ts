import { expect, it } from "vitest";
import type { WritePlan } from "../../src/adapter/adapter.ts";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore } from "../../src/journal/store.ts";
import type { Target, WrittenEntity } from "../../src/journal/target.ts";
import { sqliteCommits } from "../bench/commits.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";
import { sqliteFile } from "./fixture.ts";

/** The target, which reads the journal when its request leaves. The answer has the object. */
function looking(target: Target, look: () => Promise<void>): Target {
  const plan = target.plan as WritePlan<WrittenEntity>;
  const steps = plan.steps.map((step) => ({
    ...step,
    send: async (...parameters: Parameters<typeof step.send>) => {
      await look();
      const written = await step.send(...parameters);
      return { ...written, value: await plan.read(written.id ?? "", {}) };
    },
  }));
  return { ...target, plan: { ...plan, steps } };
}

it("answers of a fan-out share commits with the requests that leave next; every request is recorded before it leaves", async () => {
  const file = sqliteFile();
  const store = await openStore(`sqlite:${file}`);
  const other = await openStore(`sqlite:${file}`);
  const backend = createFakeBackend();
  const seen: string[] = [];
  const targets = Array.from({ length: 32 }, (_, index) =>
    looking(backend.target({ key: String(index) }), async () => {
      const [operation] = await other.list({}, 1, null);
      seen.push(`${operation?.steps[index]?.status}`);
    }),
  );
  const journal = journalOver(store, () => targets);
  const runner = createRunner(journal);
  await journal.presence.announce();
  const { count } = sqliteCommits(file);
  const before = await count();
  const { operation } = await runner.run(callOf(targets), {});
  expect(operation.status).toBe("SUCCEEDED");
  expect(seen).toEqual(Array(32).fill("SENDING"));
  // 16 at once: the operation, 16 answers with the next 16 requests, 16 answers, the completion.
  expect((await count()) - before).toBe(4);
  await Promise.all([store.close(), other.close()]);
});
