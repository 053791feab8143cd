import { Pool } from "undici";
import type { Seeded } from "../simulation/seeded.ts";
import { beginningOf } from "./figures.ts";
import type { Found, FoundCustomer } from "./found.ts";
import { chargesOfTen, customersByName, customerWithTaxes } from "./queries.ts";
import { type AskedCharge, bodyOf, type CreateAnswer, newCharge, note } from "./soak-writes.ts";

/** Mixed reads and writes, one at a time; the caller of `send` decides how many run at once. */
export interface Traffic {
  /** Sends one request and notes its answer. Never rejects. */
  readonly send: () => Promise<void>;
  readonly charges: readonly AskedCharge[];
  readonly statuses: ReadonlyMap<number, number>;
  /** Why charges did not succeed at once, by backend and code. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Faults of answers, the first of each kind. */
  readonly violations: readonly string[];
  readonly close: () => Promise<void>;
}

const writeShare = 0.25;
const repeatShare = 0.1;
/** Bounds the soak's memory, and the customers' ledgers. */
const mostCharges = 60_000;
const timeoutMs = 60_000;
const mostViolations = 20;

export function openTraffic(url: string, { customers, taxed }: Found, pbx: readonly FoundCustomer[], random: Seeded): Traffic {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections: 512, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  const charges: AskedCharge[] = [];
  const statuses = new Map<number, number>();
  const refusals = new Map<string, number>();
  const violations: string[] = [];
  const violate = (problem: string): void => {
    if (violations.length < mostViolations) violations.push(problem);
  };
  const recurring = customers.recurring.slice(10);
  const reads = [
    ...[customers.offices, customers.recurring, customers.pbx].map((ofBackend) => ({
      query: chargesOfTen.document,
      variables: { customerIds: ofBackend.slice(0, 10).map(({ id }) => id) },
    })),
    { query: customersByName.document, variables: { search: "s.r." } },
    { query: customerWithTaxes.document, variables: { id: taxed.id } },
  ].map((request) => JSON.stringify(request));

  /** Null if the answer did not have GraphQL's shape. */
  async function ask(body: string): Promise<CreateAnswer | null> {
    try {
      const headers = { "content-type": "application/json", accept: "application/json" };
      const response = await pool.request({ method: "POST", path, headers, body });
      const text = await response.body.text();
      statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1);
      if (response.statusCode >= 500) violate(`status ${response.statusCode}: ${beginningOf(text)}`);
      const answer: unknown = JSON.parse(text);
      if (!isAnswer(answer)) violate(`not an answer of GraphQL: ${beginningOf(text)}`);
      return isAnswer(answer) ? answer : null;
    } catch (error) {
      violate(`no answer: ${String(error)}`);
      return null;
    }
  }

  async function charge(): Promise<void> {
    const again = random.chance(repeatShare) ? charges.at(-random.integer(1, 50)) : undefined;
    const isNew = again === undefined && charges.length < mostCharges;
    const fresh = random.chance(0.5) ? newCharge("recurring", random.pick(recurring)) : newCharge("pbx", random.pick(pbx));
    const asked = again ?? (isNew ? fresh : charges.at(-1));
    if (asked === undefined) return;
    if (isNew) charges.push(asked);
    const answer = await ask(bodyOf(asked));
    if (answer === null) return;
    note(asked, answer);
    for (const { code } of answer.data?.createCharge?.errors ?? []) {
      const reason = `${asked.backend} ${code}`;
      refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
    }
  }

  return {
    send: async () => {
      if (random.chance(writeShare)) await charge();
      else await ask(random.pick(reads));
    },
    charges,
    statuses,
    refusals,
    violations,
    close: () => pool.destroy(),
  };
}

/** GraphQL over HTTP, 7: a map with data, errors or both; an error has a message. */
function isAnswer(value: unknown): value is CreateAnswer {
  if (typeof value !== "object" || value === null) return false;
  const { data, errors } = value as { data?: unknown; errors?: unknown };
  const hasErrors = Array.isArray(errors) && errors.length > 0 && errors.every(({ message }) => typeof message === "string");
  return errors === undefined ? typeof data === "object" && data !== null : hasErrors;
}
