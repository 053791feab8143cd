import { pino } from "pino";
import { expect, it } from "vitest";
import { backendSettings } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { startGateway } from "../../src/gateway/start.ts";
import { dayOf } from "../../src/model/zones.ts";
import { startTestGateway } from "../support/gateway.ts";

/** Which zone decides about days, through the whole gateway. */

const zones = { pbx: "Pacific/Kiritimati", recurring: "America/New_York" };

it("each backend's days follow its own zone, and so do the lines of an account's statement", async () => {
  const gateway = await startTestGateway({
    sandbox: { pbx: { timeZone: zones.pbx }, recurring: { timeZone: zones.recurring } },
  });
  try {
    const { backends } = await gateway.data("{ backends { key timeZone } }");
    expect(backends).toEqual([
      { key: "pbx", timeZone: zones.pbx },
      { key: "suite", timeZone: "America/New_York" },
      { key: "offices", timeZone: "America/New_York" },
      { key: "recurring", timeZone: zones.recurring },
    ]);
    const customerIds: string[] = [];
    for (const key of ["pbx", "recurring"]) {
      const found = await gateway.data("query ($key: String!) { customers(backends: [$key], first: 1) { nodes { id } } }", {
        key,
      });
      customerIds.push(found.customers.nodes[0].id);
    }
    const link = "mutation ($input: LinkCustomersInput!) { linkCustomers(input: $input) { account { id } } }";
    const { id } = (await gateway.data(link, { input: { customerIds } })).linkCustomers.account;
    const create = `mutation ($input: CreateChargeInput!) { createCharge(input: $input) { charge { id date } errors { message } } }`;
    for (const customerId of customerIds) {
      for (const date of ["2031-01-31", "2031-02-01"]) {
        const input = { charge: { customerId, name: "Line", amount: "10.00", date } };
        const { charge, errors } = (await gateway.data(create, { input })).createCharge;
        expect([charge?.date, errors]).toEqual([date, []]);
      }
    }
    const statement = `query ($id: ID!, $from: Date!, $to: Date!) { account(id: $id) { statement(from: $from, to: $to) { rows { backend { key } month charges } } } }`;
    const months = async (from: string, to: string) =>
      (await gateway.data(statement, { id, from, to })).account.statement.rows.map(
        (row: { backend: { key: string }; month: string; charges: number }) => [row.month, row.backend.key, row.charges],
      );
    expect(await months("2031-01-01", "2031-12-31")).toEqual([
      ["2031-01", "pbx", 1],
      ["2031-01", "recurring", 1],
      ["2031-02", "pbx", 1],
      ["2031-02", "recurring", 1],
    ]);
    expect(await months("2031-01-31", "2031-01-31")).toEqual([
      ["2031-01", "pbx", 1],
      ["2031-01", "recurring", 1],
    ]);
    for (const customerId of customerIds) {
      const input = { charge: { customerId, name: "Today", amount: "10.00" } };
      const { charge } = (await gateway.data(create, { input })).createCharge;
      const zone = customerId === customerIds[0] ? zones.pbx : zones.recurring;
      const [before, after] = [Date.now() - 60_000, Date.now()].map((at) => dayOf(at, zone));
      expect([before, after]).toContain(charge.date);
    }
  } finally {
    await gateway.close();
  }
});

it("a charge without a date equals one of the backend's today", async () => {
  for (const timeZone of ["Pacific/Kiritimati", "Pacific/Pago_Pago"]) {
    const gateway = await startTestGateway({ sandbox: { pbx: { timeZone } }, duplicates: { charges: "refuse" } });
    try {
      const { customers } = await gateway.data('{ customers(backends: ["pbx"], first: 1) { nodes { id } } }');
      const create = `mutation ($input: CreateChargeInput!) { createCharge(input: $input) { charge { id } errors { code } } }`;
      const charge = { customerId: customers.nodes[0].id, name: "Alike", amount: "10.00" };
      const made = async (date: string | null) =>
        (await gateway.data(create, { input: { charge: { ...charge, date } } })).createCharge.errors.map(
          ({ code }: { code: string }) => code,
        );
      const today = dayOf(Date.now(), timeZone);
      expect(await made(null)).toEqual([]);
      // A day has passed meanwhile.
      if (dayOf(Date.now(), timeZone) !== today) continue;
      expect(await made(today)).toEqual(["LIKELY_DUPLICATE"]);
      expect(await made("2031-05-05")).toEqual([]);
    } finally {
      await gateway.close();
    }
  }
});

it("a backend without a configured zone causes a warning at the start", async () => {
  const lines: { readonly level: number; readonly backend?: string; readonly msg: string }[] = [];
  const logger = pino({ level: "warn" }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const url = "http://127.0.0.1:1/";
  const login = { url, username: "u", password: "p", currency: "USD" };
  const configuration = parseConfiguration(
    {
      server: { port: 0 },
      store: { url: "sqlite::memory:" },
      directory: { refreshMinutes: 0 },
      backends: {
        named: { kind: "enswitch", timeZone: "Asia/Tokyo", ...login },
        pbx: { kind: "enswitch", ...login },
        recurring: { kind: "v01", accountId: 1, country: "US", ...login },
      },
    },
    { backendSettings, environment: {} },
  );
  const gateway = await startGateway(configuration, { logger });
  await gateway.close();
  const warned = lines.filter(({ msg }) => msg.includes("timeZone is not set"));
  expect(warned.map(({ backend }) => backend)).toEqual(["pbx", "recurring"]);
});
