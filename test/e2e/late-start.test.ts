import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it, vi } from "vitest";
import { freePort } from "../support/ports.ts";
import { eventually } from "./operations/charges.ts";
import { type Gateways, gatewaysOf } from "./operations/gateways.ts";
import { startSandbox } from "./operations/sandbox.ts";
import { run } from "./process.ts";
import { changeConfiguration, childrenOf, logOf } from "./processes.ts";

/** Starts that never end, in processes that are alive otherwise: a program that is loaded beside the gateway keeps it from listening. */
vi.setConfig({ testTimeout: 120_000 });

const startSeconds = 10;

interface Obstacle {
  readonly environment: { readonly NODE_OPTIONS: string };
  readonly place: () => void;
  readonly remove: () => void;
}

function createObstacle(): Obstacle {
  const folder = mkdtempSync(join(tmpdir(), "late-start-"));
  const [program, sign] = [join(folder, "obstacle.mjs"), join(folder, "sign")];
  writeFileSync(
    program,
    `import { existsSync } from "node:fs";
    import { Server } from "node:net";
    const { listen } = Server.prototype;
    Server.prototype.listen = function (...parameters) {
      return existsSync(${JSON.stringify(sign)}) ? this : listen.apply(this, parameters);
    };`,
  );
  return {
    environment: { NODE_OPTIONS: `--import ${pathToFileURL(program).href}` },
    place: () => writeFileSync(sign, ""),
    remove: () => rmSync(sign),
  };
}

function configure(gateways: Gateways, server: object): void {
  changeConfiguration(gateways.configuration.file, { server: { startSeconds, ...server } });
}

it("of a worker: others say so in /ready and the metrics; it is ended and replaced until one starts", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  configure(gateways, { workers: 2, port: await freePort() });
  const { environment, place, remove } = createObstacle();
  const gateway = await gateways.start({ environment });
  const workers = async (): Promise<unknown> => {
    const answer = await fetch(`${gateway.origin}/ready`);
    return ((await answer.json()) as { workers: unknown }).workers;
  };
  const counted = async (): Promise<readonly string[]> => {
    const answer = await fetch(`${gateway.origin}/metrics`);
    return (await answer.text()).split("\n").filter((line) => line.startsWith("billing_gateway_workers{"));
  };
  const both = { wanted: 2, serving: 2 };
  await eventually("both serve", async () => JSON.stringify(await workers()) === JSON.stringify(both));

  place();
  const [pid = Number.NaN] = childrenOf(gateway.pid);
  process.kill(pid, "SIGKILL");
  await eventually("one serves", async () => JSON.stringify(await workers()) === JSON.stringify({ wanted: 2, serving: 1 }));
  await eventually("the metrics say so", async () => (await counted()).includes('billing_gateway_workers{state="serving"} 1'));
  await gateway.printed(/"msg":"a worker did not start in time and is stopped"/);
  await gateway.printed(
    /"explanation":"The gateway did not start within 10 s [^"]*","pauseMs":\d+,"msg":"a worker has ended and is replaced"/,
  );

  remove();
  await eventually("both serve again", async () => JSON.stringify(await workers()) === JSON.stringify(both));
  expect(await counted()).toEqual(['billing_gateway_workers{state="wanted"} 2', 'billing_gateway_workers{state="serving"} 2']);
  expect(logOf(gateway).filter(({ msg }) => msg === "listening")).toHaveLength(1);
  expect(await gateway.stop()).toMatchObject({ code: 0, stderr: "" });
});

it.each([1, 2])("of all, with server.workers %i: the gateway ends and says why", async (workers) => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  configure(gateways, { workers, startSeconds: 4 });
  const { environment, place } = createObstacle();
  place();
  const { file, environment: secrets } = gateways.configuration;
  await using gateway = run("src/main.ts", ["--config", file], { ...secrets, ...environment });
  const { code, stderr } = await gateway.ended();
  expect(stderr).toBe(
    "The gateway did not start within 4 s (server.startSeconds): the store, or something that it waits for, does not respond.\n",
  );
  expect(code).toBe(1);
});
