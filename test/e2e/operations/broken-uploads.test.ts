import { type ClientRequest, request } from "node:http";
import { afterAll, describe, expect, it, vi } from "vitest";
import { storeDialects } from "../../journal/fixture.ts";
import { startPostgres } from "../../support/postgres.ts";
import { ask } from "../ask.ts";
import type { GatewayProgram } from "../process.ts";
import { chargeSpecs, eventually } from "./charges.ts";
import { gatewaysOf, hasty } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";

/** A gateway ends or freezes while the file of a run is arriving: the same call makes the run on another one. */
vi.setConfig({ testTimeout: 120_000 });

const server = await startPostgres();
afterAll(() => server?.stop());

const headers = { "content-type": "application/x-ndjson", "idempotency-key": "the same call" };

/** Sends a part of the file. `answer` resolves when the rest was sent and answered. */
function beginUpload({ origin }: GatewayProgram, part: string): { sent: ClientRequest; answer: Promise<string> } {
  const sent = request(`${origin}/runs?name=Broken`, { method: "POST", headers });
  const answer = new Promise<string>((resolve) => {
    sent.on("error", (error) => resolve(String(error)));
    sent.on("response", async (response) => resolve(`${response.statusCode} ${(await response.toArray()).join("")}`));
  });
  sent.write(part);
  return { sent, answer };
}

async function upload({ origin }: GatewayProgram, file: string): Promise<{ status: number; id: string; state: string }> {
  const response = await fetch(`${origin}/runs?name=Broken`, { method: "POST", headers, body: file });
  return { status: response.status, ...((await response.json()) as { id: string; state: string }) };
}

async function states({ origin }: GatewayProgram): Promise<readonly string[]> {
  const { data } = await ask<{ chargeRuns: { nodes: readonly { state: string }[] } }>(
    origin,
    "{ chargeRuns(first: 10) { nodes { state } } }",
    {},
  );
  return data.chargeRuns.nodes.map(({ state }) => state);
}

describe.each(storeDialects(server))("an interrupted file, with runs in $name", ({ available, createUrl }) => {
  it.skipIf(!available).each(["SIGKILL", "SIGSTOP"] as const)("by %s arrives again with the same key, once", async (signal) => {
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox, { ...hasty, storeUrl: await createUrl() });
    const [first, second] = (await Promise.all([gateways.start(), gateways.start()])) as [GatewayProgram, GatewayProgram];
    const specs = await chargeSpecs(second.origin);
    const lines = Array.from({ length: 5 }, (_, index) => JSON.stringify(specs("recurring", `copies ${index}`, index)));
    const { sent, answer } = beginUpload(first, `${lines.slice(0, 2).join("\n")}\n`);
    await eventually("the run is there", async () => (await states(second)).includes("PREPARING"));
    if (signal === "SIGKILL") await first.stop("SIGKILL");
    else process.kill(first.pid, "SIGSTOP");
    const made = await eventually(
      "the run is made by another one",
      async () => {
        const { status, state } = await upload(second, lines.join("\n"));
        expect(status).toBe(201);
        return state === "READY" && state;
      },
      { withinMs: 60_000 },
    );
    expect(made).toBe("READY");
    if (signal === "SIGSTOP") process.kill(first.pid, "SIGCONT");
    if (signal === "SIGSTOP") sent.end(lines.slice(2).join("\n"));
    // The process that was away reports that it has made nothing.
    expect(await answer).toMatch(signal === "SIGKILL" ? /ECONNRESET|socket hang up/ : /^409 .*CONFLICT/);
    expect(await states(second)).toEqual(["READY"]);
  });
});
