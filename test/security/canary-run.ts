import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { eventually } from "../e2e/operations/charges.ts";
import { type Ended, run, runGateway } from "../e2e/process.ts";
import { logOf } from "../e2e/processes.ts";
import { oneIn } from "../support/sample.ts";
import { storePassword } from "./canaries.ts";
import { type CanaryCaller, callerOf } from "./canary-caller.ts";
import { type CanaryDocument, canaryDocument, environment, mistakes } from "./canary-configuration.ts";
import { learnObjects, mutations, type Objects, reads, reconcile, rolledBack, unknownOperations } from "./canary-traffic.ts";
import type { Evidence } from "./encodings.ts";
import { type HostileBackends, misbehaviours, startHostileBackends } from "./hostile-backends.ts";
import { startMangledBackend } from "./mangled-backend.ts";
import { startTraceReceiver } from "./trace-receiver.ts";

/** A gateway process with canaries for credentials, through everything that backends and callers may do to it. */

export interface CanaryRun {
  /** All output, by where it came out. */
  readonly answers: readonly Evidence[];
  readonly metrics: readonly Evidence[];
  readonly logs: readonly Evidence[];
  readonly traces: readonly Evidence[];
  readonly store: readonly Evidence[];
  /** Output of gateways that did not start. */
  readonly refusedStarts: readonly Evidence[];
  /** Requests to the backends and their answers: these do contain the texts that are searched for elsewhere. */
  readonly backends: readonly Evidence[];
  readonly tokens: readonly string[];
  /** See CanaryCaller. */
  readonly reached: ReadonlySet<string>;
}

export async function runCanaries(): Promise<CanaryRun> {
  await using backends = await startHostileBackends();
  await using mangled = await startMangledBackend();
  await using receiver = await startTraceReceiver();
  const directory = mkdtempSync(join(tmpdir(), "billing-gateway-canaries-"));
  try {
    const file = join(directory, "gateway.yaml");
    const data = join(directory, "data");
    mkdirSync(data);
    const document = canaryDocument({
      backends: backends.urls,
      mangled: mangled.url,
      store: `sqlite:${join(data, "gateway.db")}`,
      receiver: receiver.host,
    });
    writeFileSync(file, stringify(document));
    await using gateway = await runGateway(["--config", file], environment);
    const caller = callerOf(gateway.origin);
    await using watching = await caller.watch();

    const objects = await learnObjects(caller.data);
    await caller.askAll("all is well", [...reads(objects), ...mutations(objects, 0)], true);
    await misbehaveInTurn(backends, caller, objects);
    await caller.knock();
    await refuseReloads(gateway, file, document);
    backends.misbehave(null);
    await settle(caller, "at the end");
    await caller.askAll("all is well again", reads(objects));
    await rollBack(caller, objects);
    const store = contentsOf(data, "while it runs");
    watching.end();
    const ended = await gateway.stop();

    return {
      answers: caller.answers(),
      metrics: caller.metrics(),
      logs: printed("the gateway", ended),
      traces: receiver.received().map((text) => ({ place: "a message to the receiver of traces", text })),
      store: [...store, ...contentsOf(data, "after its end")],
      refusedStarts: await startWithMistakes(directory, document),
      backends: Object.entries(backends.said).map(([key, said]) => ({ place: key, text: said() })),
      tokens: backends.tokens(),
      reached: caller.reached(),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function misbehaveInTurn(backends: HostileBackends, caller: CanaryCaller, objects: Objects): Promise<void> {
  const turns = misbehaviours.flatMap((kind) => [true, false].map((onlyWrites) => ({ kind, onlyWrites })));
  // Each kind of misbehaviour in one of the two ways.
  for (const [index, { kind, onlyWrites }] of oneIn(2, turns, "canaries").entries()) {
    const title = `${kind}${onlyWrites ? ", to writes only" : ""}`;
    backends.misbehave({ kind, onlyWrites });
    const changes = mutations(objects, index + 1);
    if (onlyWrites) await caller.askAll(title, changes);
    else await caller.askAll(title, [...reads(objects), ...changes.slice(0, 5)], true);
    await caller.look(title);
    // On slow backends, every look takes long, one after another.
    if (!onlyWrites && kind !== "delay") await settle(caller, title);
  }
}

/** Alone: among all the others, the calls of one of its charges may take longer than their time limit on a busy machine. */
async function rollBack(caller: CanaryCaller, objects: Objects): Promise<void> {
  let round = 1_000;
  await eventually("charges are rolled back", async () => {
    round += 1;
    await caller.askAll("all is well again", [rolledBack(objects, round)]);
    return caller.reached().has("ROLLED_BACK");
  });
}

/** Looks for some of the unknown outcomes, whatever the result. */
async function settle(caller: CanaryCaller, title: string): Promise<void> {
  const { operations } = await caller.data<{ operations: { nodes: { id: string }[] } }>(unknownOperations);
  await caller.askAll(
    title,
    operations.nodes.map(({ id }) => reconcile(id)),
  );
}

type Gateway = Parameters<typeof logOf>[0];

async function refuseReloads(gateway: Gateway, file: string, document: CanaryDocument): Promise<void> {
  const refusals = (): number => logOf(gateway).filter(({ msg }) => msg.startsWith("the configuration was not reloaded")).length;
  const [line] = logOf(gateway);
  for (const text of Object.values(mistakes(document))) {
    const before = refusals();
    writeFileSync(file, text);
    process.kill(line?.pid ?? 0, "SIGHUP");
    await eventually("the reload is refused", () => refusals() > before);
  }
  writeFileSync(file, stringify(document));
}

async function startWithMistakes(directory: string, document: CanaryDocument): Promise<readonly Evidence[]> {
  const file = join(directory, "mistaken.yaml");
  const elsewhere = { ...document, store: { url: `postgres://gateway:${storePassword}@127.0.0.1:1/billing` } };
  const texts = { ...mistakes(document), "a database that is not there": stringify(elsewhere) };
  const evidence: Evidence[] = [];
  for (const [title, text] of Object.entries(texts)) {
    writeFileSync(file, text);
    await using program = run("src/main.ts", ["--config", file], environment);
    const ended = await program.ended();
    if (ended.code === 0) throw new Error(`A gateway started with ${title}.`);
    evidence.push(...printed(title, ended));
  }
  return evidence;
}

function printed(who: string, { stdout, stderr }: Ended): readonly Evidence[] {
  return [
    { place: `${who}, on stdout`, text: stdout },
    { place: `${who}, on stderr`, text: stderr },
  ];
}

/** The bytes of the store's file and those beside it. */
function contentsOf(directory: string, when: string): readonly Evidence[] {
  return readdirSync(directory).map((name) => ({
    place: `${name} ${when}`,
    text: readFileSync(join(directory, name), "latin1"),
  }));
}
