import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { type ServedGateway, serveGateway } from "./serve.ts";

const subscription = { query: "subscription { operationUpdated { id } }" };

interface Opened {
  readonly status: number;
  readonly close: () => void;
  readonly body: () => Promise<unknown>;
}

async function open({ url }: ServedGateway, key?: string): Promise<Opened> {
  const closing = new AbortController();
  const headers = {
    "content-type": "application/json",
    accept: "text/event-stream",
    ...(key && { authorization: `Bearer ${key}` }),
  };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(subscription), signal: closing.signal });
  return { status: response.status, close: () => closing.abort(), body: () => response.text() };
}

it("a caller may have this many event streams open, whatever other callers have", async () => {
  await using gateway = await serveGateway({ keys: ["first", "second"], limits: { maxStreams: 2 } });
  const [one, two] = [await open(gateway, "first"), await open(gateway, "first")];
  const third = await open(gateway, "first");
  const other = await open(gateway, "second");
  expect([one.status, two.status, third.status, other.status]).toEqual([200, 200, 429, 200]);
  expect(await third.body()).toContain("limits.maxStreams");
  expect((await gateway.post({ query: "{ __typename }" }, { authorization: "Bearer first" })).status).toBe(200);
  one.close();
  let again = await open(gateway, "first");
  for (let attempt = 0; attempt < 50 && again.status === 429; attempt += 1) {
    await setTimeout(50);
    again = await open(gateway, "first");
  }
  expect(again.status).toBe(200);
  for (const each of [two, other, again]) each.close();
});

it("streams that are refused, fail or end no longer count", async () => {
  await using gateway = await serveGateway({ limits: { maxStreams: 1 } });
  const headers = { accept: "text/event-stream" };
  for (const query of [
    'subscription { operationUpdated(id: "nonsense") { id } }',
    'subscription { customerChanged(backends: ["nobody"]) { at } }',
    "subscription ($id: ID!) { operationUpdated(id: $id) { id } }",
  ]) {
    await (await gateway.post({ query }, headers)).text();
  }
  const stream = await open(gateway);
  expect(stream.status).toBe(200);
  stream.close();
});
