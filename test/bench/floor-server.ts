import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import { Pool } from "undici";
import type { RecordedCall, Wave } from "./recording.ts";
import { fill } from "./templates.ts";

/**
 * The floor: makes the backend calls that a request needs, as parallel as the gateway, with undici alone. It reads their answers
 * without decoding them, and its own answer is known beforehand. Nothing that makes the same calls can be faster.
 */
export interface FloorFile {
  readonly port: number;
  /** By request body; a single one is for every request. The calls' texts may have gaps. */
  readonly turns: readonly { readonly body: string; readonly waves: readonly Wave[]; readonly answer: string }[];
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Maximum calls to each origin at the same time: the gateway's own limit. */
  readonly concurrency: number;
}

const { config } = new Command().requiredOption("--config <file>").parse().opts<{ config: string }>();
const { port, turns, values, concurrency } = JSON.parse(readFileSync(config, "utf8")) as FloorFile;
const timeoutMs = 30_000;
const pools = new Map<string, Pool>();
const byBody = new Map(turns.map((turn) => [turn.body, turn]));
let requests = 0;

function poolOf(origin: string): Pool {
  const pool =
    pools.get(origin) ?? new Pool(origin, { connections: concurrency, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  pools.set(origin, pool);
  return pool;
}

async function send({ origin, method, path, headers, body }: RecordedCall, turn: number): Promise<void> {
  const response = await poolOf(origin).request({
    method,
    path: fill({ text: path, values }, turn),
    headers: [...headers],
    body: body === null ? null : fill({ text: body, values }, turn),
  });
  const said = await response.body.text();
  if (response.statusCode >= 300) throw new Error(`${method} ${path} answered ${response.statusCode}: ${said}`);
}

async function answer(body: string): Promise<string> {
  const turn = requests++;
  const known = byBody.get(body) ?? turns[0];
  for (const wave of known?.waves ?? []) await Promise.all(wave.map((call) => send(call, turn)));
  return known?.answer ?? "";
}

createServer(async (incoming, outgoing) => {
  try {
    const body = await answer(await text(incoming));
    outgoing.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) }).end(body);
  } catch (error) {
    outgoing.writeHead(502, { "content-type": "text/plain" }).end(String(error));
  }
}).listen(port, "127.0.0.1");
