import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wordsOf } from "../../src/comparing/text.ts";
import { directoryDatabase } from "../../src/directory/tables.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { untilFilled } from "../directory/filled.ts";
import { oneIn, seed } from "../support/sample.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";
import { everything, type Found, idsOf, search } from "./searching.ts";

/**
 * Random customers in many scripts are found by each of their members, as people type them, in every backend. The stored values
 * are read back, since a backend may store something else than was sent.
 */

const names = [
  ...["Müller & Söhne", "İstanbul Işık", "Weißstraße", "Łódź Spółka", "Ærø Færge", "O’Brien", "Jean-Luc d’Été", "A.B.C. Ltd"],
  ...[
    "株式会社山田商店",
    "서울 상사",
    "ООО Ромашка",
    "ΟΔΟΣ Ελλάς",
    "شركة النور",
    "ร้านอาหารไทยแท้",
    "Nguyễn Văn Đạt",
    "קפה שלום",
    "हिन्दी कंपनी",
  ],
];
const letters = (least: number, most: number) =>
  fc.string({ unit: fc.constantFrom(..."bcdfghjklmnpqrstvwxz"), minLength: least, maxLength: most });
const digits = (length: number) => fc.string({ unit: fc.constantFrom(..."123456789"), minLength: length, maxLength: length });
const sign = fc.constantFrom("-", "/", ".", " ", "_", "#", "");

/** In most backends; v01 takes 15 characters. */
const phones = fc.oneof(
  digits(7).map((own) => `+49 30 ${own.slice(0, 3)} ${own.slice(3)}`.slice(0, 15)),
  digits(7).map((own) => `0171/${own}`),
  digits(7).map((own) => `(555) ${own.slice(0, 3)}-${own.slice(3)}`),
  digits(8).map((own) => `0049 89 ${own.slice(1)}`),
);

const anyCustomer = fc.record({
  name: fc.tuple(fc.constantFrom(...names), letters(4, 7)).map(([name, more]) => `${name} ${more}`),
  firstName: fc.constantFrom("Zoë", "Jürgen", "Ștefan", "Ayşe", "Iñaki"),
  lastName: fc
    .tuple(fc.constantFrom("Núñez", "Ångström", "Þorsson", "Dvořák"), letters(3, 5))
    .map(([name, more]) => `${name} ${more}`),
  email: fc
    .tuple(letters(3, 6), fc.constantFrom(".", "+", "_", "-"), letters(4, 6), letters(4, 6))
    .map(([first, between, last, domain]) => `${first}${between}${last[0]?.toUpperCase()}${last.slice(1)}@${domain}.example`),
  phone: phones,
  reference: fc
    .tuple(fc.constantFrom("RE", "Kd", "Ä", "№", "C"), sign, digits(4), sign, digits(4))
    .map(([kind, one, year, other, number]) => `${kind}${one}${year}${other}${number}`),
});

const perBackend = 4;
const keys = ["pbx", "suite", "offices", "recurring"] as const;

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly organizationName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly reference: string | null;
  readonly backendId: string;
}

const without = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .normalize("NFC");

/** How somebody types a member of a customer: unchanged, in capitals, without accents and punctuation, and only a part of it. */
function waysToType(customer: Stored): { readonly text: string; readonly isExact: boolean }[] {
  const { name, firstName, lastName, organizationName, email, phone, reference, backendId } = customer;
  const named = [name, firstName, lastName, organizationName].flatMap((text) =>
    text === null ? [] : [text, without(text).toUpperCase(), text.toLowerCase(), text.replaceAll(/[’'.&-]/g, " ")],
  );
  const partial = [name, lastName, reference].flatMap((text) => {
    const [word] = wordsOf(text ?? "").toSorted((left, right) => right.length - left.length);
    return word === undefined ? [] : [word.slice(0, Math.max(2, word.length - 1))];
  });
  const middle = /[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]/.test(name) ? [wordsOf(name)[0]?.slice(2, 4) ?? ""] : [];
  const ofPhone = phone === null ? [] : [phone, phone.replaceAll(/\D/g, ""), phone.replaceAll(/\D+/g, "-").replace(/^-/, "")];
  const [, atHome] = /^(?:\+|00)49 (.*)$/.exec(phone ?? "") ?? [];
  if (atHome !== undefined) ofPhone.push(`0${atHome}`, `+49 (0)${atHome}`, `0049/${atHome.replaceAll(" ", "")}`);
  const ofReference =
    reference === null ? [] : [reference, reference.toLowerCase(), wordsOf(reference).join(""), wordsOf(reference).join(" ")];
  const ofEmail = email === null ? [] : [email, email.toUpperCase(), ` ${email} `];
  const some = [...named, ...partial, ...middle, email?.slice(0, email.indexOf("@")) ?? "", email?.split("@")[1] ?? ""];
  const ways = [
    ...some.map((text) => ({ text, isExact: false })),
    ...[...ofPhone, ...ofReference, ...ofEmail, backendId].map((text) => ({ text, isExact: true })),
  ];
  return ways.filter(({ text }) => [...text.trim()].length >= 2 && wordsOf(text).length > 0);
}

const create = `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { results { customer { id } errors { code field message } } } }`;
const stored = `query ($id: ID!) { customer(id: $id) { id backendId name firstName lastName organizationName email phone reference } }`;

describe("every customer is found by each of its members", () => {
  let sandbox: Sandbox;
  let gateway: CallingGateway;
  let without: CallingGateway;
  const customers = new Map<string, readonly Stored[]>();

  beforeAll(async () => {
    sandbox = await startSandbox({ customers: 12 });
    const callers = [callerOf("root", ["read", "write"])];
    gateway = await startCallingGateway(sandbox, { callers, directory: { refreshMinutes: 60 } });
    without = await startCallingGateway(sandbox, { callers });
    const { backend } = await without.data("root", `{ backend(key: "pbx") { plans(first: 1) { nodes { id } } } }`);
    for (const key of keys) {
      const made: Stored[] = [];
      for (const input of fc.sample(anyCustomer, { seed: seed + keys.indexOf(key), numRuns: perBackend })) {
        made.push(await createOne(key, { ...input, ...(key === "pbx" && { planId: backend.plans.nodes[0].id }) }));
      }
      customers.set(key, made);
    }
    gateway.composition.directory.start({ lookEveryMs: 50 });
    await untilFilled(gateway.composition.directory);
    await gateway.composition.directory.endRefresh();
  });
  afterAll(async () => {
    await gateway?.composition.close();
    await without?.composition.close();
    await sandbox?.close();
  });

  /** Without what the backend refuses, which its errors name. */
  async function createOne(key: string, input: Record<string, unknown>): Promise<Stored> {
    const left = { ...input };
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const { createCustomer } = await without.data("root", create, { input: { ...left, backends: [key], link: false } });
      const [result] = createCustomer.results;
      if (result?.customer) return (await without.data("root", stored, { id: result.customer.id })).customer;
      const [error] = result?.errors ?? [];
      const field = error?.field?.at(-1) as string;
      if (!(field in left)) throw new Error(`seed ${seed}: ${key} refuses ${JSON.stringify(left)}: ${JSON.stringify(error)}`);
      // Some take fewer signs in it than others.
      const plain = String(left[field])
        .replaceAll(/[^A-Za-z0-9+]/g, "-")
        .replace(/^-+/, "");
      if (["phone", "reference"].includes(field) && error.code === "INVALID_INPUT" && left[field] !== plain) left[field] = plain;
      else delete left[field];
    }
    throw new Error(`seed ${seed}: ${key} takes nothing of ${JSON.stringify(input)}`);
  }

  async function expectAllFound(
    asked: CallingGateway,
    title: string,
    expected: Partial<Found["sources"][number]>,
  ): Promise<void> {
    for (const key of keys) {
      for (const customer of customers.get(key) ?? []) {
        for (const { text, isExact } of oneIn(4, waysToType(customer), `${title} ${customer.id}`)) {
          const question = { text, types: ["CUSTOMER"], backends: [key] };
          const ask = async (variables: Record<string, unknown>) => (await asked.data("root", search, variables)).search as Found;
          const first = await ask({ ...question, first: isExact ? 2 : 50 });
          const told = `seed ${seed}: "${text}" for ${JSON.stringify(customer)}`;
          expect(first.unavailable, told).toEqual([]);
          expect(first.sources, told).toMatchObject([{ complete: true, ...expected }]);
          const found = isExact
            ? first.edges
            : [
                ...first.edges,
                ...(first.pageInfo.hasNextPage
                  ? await everything(ask, { ...question, first: 50, after: first.pageInfo.endCursor })
                  : []),
              ];
          expect(idsOf(found), told).toContain(customer.id);
          expect(new Set(idsOf(found)).size, told).toBe(found.length);
        }
      }
    }
  }

  const database = () => directoryDatabase(gateway.composition.store.engine);

  it("has customers with all of them, in each backend", () => {
    for (const key of keys) {
      const made = customers.get(key) ?? [];
      expect(made.length).toBe(perBackend);
      for (const member of ["email", "reference"] as const) {
        expect(made.filter((customer) => customer[member] !== null).length, `${key} ${member}`).toBeGreaterThan(perBackend / 2);
      }
      // Enswitch has no phone of a customer.
      if (key !== "pbx") expect(made.filter(({ phone }) => phone !== null).length, key).toBeGreaterThan(perBackend / 2);
    }
  });

  it("by a search without a directory", async () => {
    await expectAllFound(without, "no directory", { source: "LIVE" });
  });

  it("by a search with a directory that has read everything", async () => {
    await expectAllFound(gateway, "everything", {});
  });

  it("by a search with an old directory that lacks half of them", async () => {
    await database()
      .deleteFrom("directory_records")
      .where((where) =>
        where(
          "number",
          "in",
          [...Array(400).keys()].map((n) => n * 2),
        ),
      )
      .execute();
    await database().updateTable("directory_sources").set({ refreshed_at: "2020-01-01T00:00:00.000Z" }).execute();
    await expectAllFound(gateway, "half", { source: "BOTH", refreshedAt: "2020-01-01T00:00:00.000Z" });
  });

  it("by a search with a directory that is still empty", async () => {
    await database().updateTable("directory_sources").set({ refreshed_at: null }).execute();
    await expectAllFound(gateway, "empty", { source: "BOTH" });
    await database().deleteFrom("directory_records").execute();
    await database().deleteFrom("directory_sources").execute();
    await expectAllFound(gateway, "no source", { source: "LIVE" });
  });
});
