import { z } from "zod";
import type { Adapter, CallScope, WritePlan } from "../../src/adapter/adapter.ts";
import { completeSet } from "../../src/adapter/charge-order.ts";
import type { TakesOf } from "../../src/adapter/inputs.ts";
import { lookAmong } from "../../src/adapter/kit/looking.ts";
import { pageOfAll } from "../../src/adapter/kit/paging.ts";
import { creating } from "../../src/adapter/kit/taking.ts";
import { commonSettings, currencySetting, secretSetting } from "../../src/adapter/settings.ts";
import type { BackendCall, BackendConnection } from "../../src/connections/http.ts";
import { BillingError, notFound, settle } from "../../src/model/errors.ts";
import type { Charge, Customer } from "../../src/model/model.ts";
import { fromMinorUnits, money, toMinorUnits } from "../../src/model/money.ts";
import { containsText } from "../../src/model/text.ts";

/** A kind of backend that somebody could add outside of src: this folder is all of it. */

export const kind = "TALLY_BOOK";
export const label = "Tally book";
export const description = "An invented billing system: people, each with lines in a book.";

export const settings = z.strictObject({
  kind: z.literal("tallybook"),
  ...commonSettings,
  username: secretSetting,
  password: secretSetting,
  currency: currencySetting,
});
type Settings = z.output<typeof settings>;

const no = { use: "refused", because: "has no column for it" } as const;

export const chargeTakes: TakesOf<"charge"> = {
  customerId: { use: "required" },
  description: { use: "required", longest: 30, label: "What for", hint: "At most 30 characters" },
  amount: { use: "required", decimals: 2, least: "0.01", most: "999.99" },
  kind: { use: "optional", values: ["ONE_OFF", "FEE"], words: { ONE_OFF: "Plain", FEE: "Loud" } },
  date: { use: "optional", hint: "Today unless given" },
  currency: no,
  name: no,
  notes: no,
  planId: no,
  serviceId: no,
  taxAmount: no,
  cost: no,
  quantity: no,
  recurrence: no,
  reference: no,
  taxIds: no,
  executeNow: no,
};

const person = z.object({ id: z.coerce.string(), called: z.string(), mail: z.string().nullable() });
const line = z.object({
  id: z.coerce.string(),
  person: z.coerce.string(),
  what: z.string(),
  pennies: z.coerce.string(),
  day: z.string(),
  tone: z.enum(["plain", "loud"]),
  mark: z.string().nullable(),
});

export function create(key: string, { username, password, currency }: Settings, connection: BackendConnection): Adapter {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

  function ask<T>(name: string, path: string, schema: z.ZodType<T>, scope: CallScope, json?: unknown): Promise<T> {
    const call: BackendCall<T> = {
      function: name,
      effect: json === undefined ? "read" : "write",
      method: json === undefined ? "GET" : "POST",
      path,
      headers: { authorization },
      ...(json !== undefined && { body: { json } }),
      decode: ({ status, json: answer }) => {
        if (status === 404) throw notFound(key, "The person", ["customerId"]);
        if (status === 401) throw new BillingError("UNAUTHENTICATED", `${key} does not accept the login.`, { backend: key });
        return schema.parse(answer);
      },
    };
    return connection.call(call, scope);
  }

  const people = (scope: CallScope) => ask("GET /people", "people", z.array(person), scope);
  const linesOf = (id: string, scope: CallScope) =>
    ask("GET /people/{id}/lines", `people/${encodeURIComponent(id)}/lines`, z.array(line), scope);

  function customerOf({ id, called, mail }: z.output<typeof person>): Customer {
    const nothing = { organizationName: null, firstName: null, lastName: null, phone: null, address: null, reference: null };
    const unknown = { amountDue: null, createdAt: null, updatedAt: null, parent: null, plan: null };
    const raw = { id, called, mail };
    return {
      type: "Customer",
      backend: key,
      id,
      backendId: id,
      name: called,
      email: mail,
      status: "ACTIVE",
      currency,
      ...nothing,
      ...unknown,
      raw,
    };
  }

  function chargeOf({ id, person: owner, what, pennies, day, tone, mark }: z.output<typeof line>): Charge {
    const amount = money(fromMinorUnits(pennies, 2), currency);
    const nothing = { reference: null, plan: null, service: null, notes: null, taxAmount: null, total: null, cost: null };
    const unknown = { outstanding: null, recurrence: null, createdAt: null, updatedAt: null };
    return {
      type: "Charge",
      backend: key,
      id: `${owner}:${id}`,
      backendId: id,
      customer: { backend: key, id: owner, name: null },
      name: what,
      description: what,
      kind: tone === "loud" ? "FEE" : "ONE_OFF",
      status: "DEFINED",
      quantity: "1",
      amount,
      date: day,
      ...nothing,
      ...unknown,
      raw: { id, mark },
    };
  }

  async function read(id: string, scope: CallScope): Promise<Charge> {
    const [owner = ""] = id.split(":");
    const found = (await linesOf(owner, scope)).map(chargeOf).find((charge) => charge.id === id);
    if (!found) throw notFound(key, "The line");
    return found;
  }

  const createCharge = creating(key, "charge", chargeTakes, ({ customerId, description: what, amount, kind: wanted, date }) => {
    const owner = customerId ?? "";
    const pennies = Number(toMinorUnits(amount ?? "0", 2));
    const plan: WritePlan<Charge> = {
      read,
      steps: [
        {
          action: "POST /people/{id}/lines",
          send: async (_id, { stepId, createdAt }, scope) => {
            const tone = wanted === "FEE" ? "loud" : "plain";
            const sent = { what, pennies, day: date ?? createdAt.slice(0, 10), tone, mark: stepId };
            const path = `people/${encodeURIComponent(owner)}/lines`;
            const value = chargeOf(await ask("POST /people/{id}/lines", path, line, scope, sent));
            return { id: value.id, value };
          },
          find: async (_id, { stepId }, scope) => {
            const own = (await linesOf(owner, scope)).filter(({ mark }) => mark === stepId).map(chargeOf);
            return lookAmong(own.map(({ id }) => ({ id, claim: id, age: "since", differs: [] })));
          },
        },
      ],
    };
    return plan;
  });

  return {
    key,
    kind,
    currency,
    timeZone: "UTC",
    customers: {
      getMany: async (ids, scope) => {
        const known = new Map((await people(scope)).map((each) => [each.id, customerOf(each)]));
        return ids.map((id) => known.get(id) ?? null);
      },
      list: async ({ search, email, reference, status }, page, scope) => {
        const all = reference || status === "ARCHIVED" ? [] : (await people(scope)).map(customerOf);
        const matching = all.filter(
          ({ name, email: mail }) => (!search || containsText([name], search)) && (!email || mail === email),
        );
        return pageOfAll(matching, ({ id }) => id, page);
      },
    },
    charges: {
      getMany: (ids, scope) =>
        Promise.all(
          ids.map(async (id) => {
            const loaded = await settle(read(id, scope));
            return loaded instanceof BillingError && loaded.code === "NOT_FOUND" ? null : loaded;
          }),
        ),
      listByCustomers: (ids, query, window, scope) =>
        Promise.all(ids.map((id) => settle(linesOf(id, scope).then((lines) => completeSet(lines.map(chargeOf), query, window))))),
      create: createCharge,
    },
    probe: async (scope) => {
      await people(scope);
    },
  };
}
