import { Pool } from "undici";
import { z } from "zod";
import type { Scenario } from "./scenarios.ts";

export const timeoutMs = 10_000;

/** Connections to a gateway, to be destroyed by the caller. */
export function openClient(origin: string, connections: number): Pool {
  return new Pool(origin, { connections, pipelining: 1, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
}

/** Asks the scenario's query of a turn; resolves with the answer's text, whatever it says. Rejects when the status is not 200. */
export async function askGateway(client: Pool, { document, variables }: Scenario, turn: number): Promise<string> {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const body = JSON.stringify({ query: document, variables: variables(turn) });
  const response = await client.request({ method: "POST", path: "/graphql", headers, body });
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`The gateway answered ${response.statusCode}: ${beginningOf(text)}`);
  return text;
}

/** Throws unless the answer has all the data and no errors. */
export function checkAnswer({ name, data }: Scenario, answer: string): void {
  const { error } = z.strictObject({ data }).safeParse(JSON.parse(answer));
  if (error) throw new Error(`${name}: the answer is not the expected one:\n${z.prettifyError(error)}\n${beginningOf(answer)}`);
}

/** Of a text too long for a message. */
export function beginningOf(answer: string): string {
  return answer.length > 500 ? `${answer.slice(0, 500)}…` : answer;
}
