import { setTimeout as pause } from "node:timers/promises";
import { ask } from "../ask.ts";
import type { GatewayProgram } from "../process.ts";
import { chargeSpecs, createCharge, eventually, openKeys, textOf } from "./charges.ts";
import type { Sandbox } from "./sandbox.ts";

/** A run and single charges that are under way while something fails. */
export interface Busy {
  /** Waits until charges go on. */
  readonly goesOn: () => Promise<void>;
  /** Lets what has begun come to its end. Resolves with the codes that callers of single charges were told meanwhile. */
  readonly ended: () => Promise<ReadonlySet<string>>;
  /** The texts of all charges, sorted: those that the backend must have, each once. */
  readonly texts: () => readonly string[];
}

interface Run {
  readonly state: string;
  readonly planHash: string | null;
}

/** What the backend has. */
export function busyTexts(sandbox: Sandbox, name = "Busy"): readonly string[] {
  return sandbox.chargeTexts(`${name} `).toSorted();
}

/**
 * Begins both. Each single charge is repeated with its key, at another gateway each time, until it has succeeded; the run gets what its
 * state asks for.
 *
 * @param rows of the run
 * @param name of the run; all texts begin with it
 */
export async function keepBusy(
  gateways: readonly GatewayProgram[],
  sandbox: Sandbox,
  rows: number,
  name = "Busy",
): Promise<Busy> {
  const originOf = (count: number): string => gateways[count % gateways.length]?.origin ?? "";
  const origin = originOf(0);
  const specs = await chargeSpecs(origin);
  sandbox.setFaults([{ kind: "delay", milliseconds: 30, function: "charges/create" }], ["pbx"]);

  const mutate = (mutation: string, type: string, input: object) =>
    orNoAnswer(
      ask(origin, `mutation ($input: ${type}!) { ${mutation}(input: $input) { errors { message } } }`, { variables: { input } }),
    );
  const read = async (): Promise<Run | undefined> => {
    const query = "query ($id: ID!) { chargeRun(id: $id) { state planHash } }";
    return (await orNoAnswer(ask<{ chargeRun: Run } | null>(origin, query, { variables: { id } })))?.data?.chargeRun;
  };
  /** Does what the run's state asks for. Returns whether it is done. */
  const goOn = async (): Promise<boolean> => {
    const { state, planHash } = (await read()) ?? {};
    if (state === "READY") await mutate("executeChargeRun", "ExecuteChargeRunInput", { id, planHash });
    else if (state === "PAUSED") await mutate("resumeChargeRun", "ChargeRunIdInput", { id });
    // Rows whose record failed before they were sent.
    else if (state === "INCOMPLETE") await mutate("checkChargeRun", "ChargeRunIdInput", { id });
    return state === "DONE";
  };
  const texts: string[] = [];
  const lines = Array.from({ length: rows }, (_, row) => {
    const spec = specs("pbx", `${name} row ${row}`, row);
    texts.push(String(textOf(spec)));
    return JSON.stringify({ ...spec, key: `row ${row}` });
  });
  const uploaded = await fetch(`${origin}/runs?name=${name}&series=${name}`, {
    method: "POST",
    headers: { "content-type": "application/x-ndjson" },
    body: lines.join("\n"),
  });
  const { id } = (await uploaded.json()) as { id: string };
  await eventually("the run is ready", async () => (await read())?.state === "READY");
  await goOn();

  let isOver = false;
  const told = new Set<string>();
  const keepCharging = async (lane: number): Promise<void> => {
    for (let count = 0; !isOver; count += 1) {
      const spec = specs("pbx", `${name} ${lane}.${count}`, lane);
      const text = String(textOf(spec));
      texts.push(text);
      let tries = lane;
      const isDone = async (): Promise<boolean> => {
        const answer = await orNoAnswer(createCharge(originOf(tries++), spec, text));
        for (const { extensions } of answer?.errors ?? []) told.add(String(extensions["code"]));
        return answer?.data?.createCharge.operation.status === "SUCCEEDED";
      };
      await eventually(`${text} has happened`, isDone, { withinMs: 120_000 });
      await pause(50);
    }
  };
  const charging = Promise.all([0, 1, 2].map(keepCharging));
  return {
    goesOn: async () => {
      const before = sandbox.creates(["pbx"]);
      await eventually("charges go on", () => sandbox.creates(["pbx"]) > before + 20);
    },
    ended: async () => {
      isOver = true;
      await charging;
      await eventually("the run is done", goOn, { everyMs: 200, withinMs: 120_000 });
      await eventually("nothing stays open", async () => (await openKeys(origin)).length === 0);
      return told;
    },
    texts: () => texts.toSorted(),
  };
}

/** A process that dies breaks its connections: its callers ask again. */
function orNoAnswer<T>(asking: Promise<T>): Promise<T | null> {
  return asking.catch(() => null);
}
