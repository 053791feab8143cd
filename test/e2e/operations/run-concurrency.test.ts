import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, vi } from "vitest";
import { busyTexts, keepBusy } from "./busy.ts";
import { gatewaysOf, hasty } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";

/** How many requests a backend sees at once while several runs, single charges and a reload meet. */
vi.setConfig({ testTimeout: 240_000 });

const concurrency = 3;

/** Passes requests on, and counts those that are under way. */
async function counting(target: string) {
  let underWay = 0;
  let most = 0;
  const server = createServer((incoming, outgoing) => {
    underWay += 1;
    most = Math.max(most, underWay);
    const { method, url, headers } = incoming;
    const passed = request(new URL(url ?? "/", target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
      answer.once("end", () => {
        underWay -= 1;
      });
    });
    incoming.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    most: () => most,
    forget: () => {
      most = underWay;
    },
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

it("is never more than `concurrency` for a process, and twice as many for a moment after a reload", async () => {
  await using sandbox = await startSandbox();
  const pbx = sandbox.backends.find(({ key }) => key === "pbx");
  using proxy = await counting(new URL(pbx?.url ?? "").origin);
  const url = (pbx?.url ?? "").replace(new URL(pbx?.url ?? "").origin, proxy.url);
  const counted = { ...sandbox, backends: sandbox.backends.map((each) => (each.key === "pbx" ? { ...each, url } : each)) };
  await using gateways = gatewaysOf(counted, { ...hasty, backend: { ...hasty.backend, concurrency } });
  const gateway = await gateways.start();
  const names = ["One", "Two", "Three"];
  const runs = await Promise.all(names.map((name) => keepBusy([gateway], sandbox, 40, name)));
  const goOn = () => Promise.all(runs.map((run) => run.goesOn()));
  await goOn();
  expect(proxy.most()).toBe(concurrency);
  process.kill(gateway.pid, "SIGHUP");
  await gateway.printed(/the configuration was reloaded/);
  await goOn();
  // What the old configuration had sent ends beside what the new one sends.
  expect(proxy.most()).toBeLessThanOrEqual(2 * concurrency);
  proxy.forget();
  await goOn();
  expect(proxy.most()).toBe(concurrency);
  await Promise.all(runs.map((run) => run.ended()));
  for (const [index, name] of names.entries()) expect(busyTexts(sandbox, name)).toEqual(runs[index]?.texts());
});
