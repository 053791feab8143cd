import { describe, expect, it } from "vitest";
import type { CurrencyCode, Decimal, SearchQuery, SourceDetailsFragment } from "../../src/client/index.ts";
import { type CustomerRow, nextSort, sortedCustomers, sortFrom } from "../../src/console/customers/use-customer-rows.ts";
import { ageOf, hitsOf, nextLookMs, recentHits, remarksOn, remember } from "../../src/console/search/found.ts";
import { formatScore } from "../../src/console/suggestions/reasons.ts";

type Edge = SearchQuery["search"]["edges"][number];
type Node = NonNullable<Edge["node"]>;

const backend = (key: string) =>
  ({ id: `Backend:${key}`, key, label: key.toUpperCase(), kind: "V01", kindLabel: "UniBill v01", generation: null }) as const;

describe("what was found", () => {
  const account = {
    id: "A1",
    name: "Ada's Bakery",
    createdAt: "2026-11-21T09:30:00Z",
    updatedAt: "2026-11-21T09:30:00Z",
    customers: [
      { id: "C1", name: "Ada's Bakery", backend: backend("pbx") },
      { id: "C2", name: "Ada's Bakery", backend: backend("suite") },
    ],
  } as const;
  const customer = (id: string, key: string, linked: boolean): Node => ({
    __typename: "Customer",
    id,
    name: "Ada's Bakery",
    backend: backend(key),
    account: linked ? { ...account, customers: [...account.customers] } : null,
  });
  const edge = (node: Node | null, matched: string | null = null): Edge => ({ node, matched, known: null });

  it("begins with the accounts, each once, however many of its customers match", () => {
    const groups = hitsOf([
      edge(customer("C1", "pbx", true), "Ada's Bakery"),
      edge(customer("C2", "suite", true), "ada@bakery.example"),
      edge(customer("C3", "offices", false)),
    ]);
    expect(
      groups.map(({ label, hits }) => [label, hits.map(({ href, description }) => `${href} ${description}`.trim())]),
    ).toEqual([
      ["Accounts", ["/accounts/A1 2 customers"]],
      ["Customers", ["/customers/C1", "/customers/C2 ada@bakery.example", "/customers/C3"]],
    ]);
    expect(groups[0]?.hits[0]?.backends).toEqual(["PBX", "SUITE"]);
  });

  it("links a charge to its customer, and a tax to the taxes", () => {
    const charge: Node = {
      __typename: "Charge",
      id: "X1",
      name: "Line rental",
      date: "2026-11-01",
      amount: { amount: "5", currency: "EUR" },
      customer: { id: "C1", name: "Ada's Bakery" },
      backend: backend("pbx"),
    };
    const tax: Node = { __typename: "Tax", id: "T1", name: "VAT 20%", backend: backend("pbx") };
    expect(hitsOf([edge(charge), edge({ ...charge, id: "X2", customer: null }), edge(tax)])).toMatchObject([
      {
        label: "Charges",
        hits: [
          { href: "/customers/C1?search=Line+rental", description: "Ada's Bakery · Nov 1, 2026 · €5.00" },
          { href: "/backends", description: "Nov 1, 2026 · €5.00" },
        ],
      },
      { label: "Taxes", hits: [{ href: "/taxes?search=VAT+20%25&backend=pbx" }] },
    ]);
  });

  it("leaves out deleted objects", () => {
    expect(hitsOf([edge(null, "Ada's Bakery")])).toEqual([]);
  });
});

describe("the note about searched sources", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const source = (key: string, parts: Partial<SourceDetailsFragment>): SourceDetailsFragment => ({
    backend: backend(key),
    type: "CUSTOMER",
    source: "INDEX",
    refreshedAt: "2026-11-21T11:59:00Z",
    complete: true,
    reason: null,
    records: 60,
    ...parts,
  });

  it("is absent if all of them were searched completely and are recent", () => {
    expect(remarksOn([source("pbx", {}), source("suite", { source: "LIVE", refreshedAt: null })], now)).toEqual([]);
  });

  it("names each incomplete or old backend once", () => {
    const sources = [
      source("pbx", { complete: false }),
      source("pbx", { type: "CHARGE", complete: false }),
      source("suite", { refreshedAt: "2026-11-21T09:00:00Z" }),
      source("offices", { source: "BOTH", refreshedAt: "2026-11-21T09:00:00Z" }),
    ];
    expect(remarksOn(sources, now)).toEqual(["The search has not covered all of PBX.", "Data of SUITE is from 3 hr. ago."]);
    expect(ageOf(sources, now)).toBe("3 hr. ago");
    expect(ageOf([], now)).toBe("");
  });
});

describe("repeating a search", () => {
  const source = { backend: backend("pbx"), type: "CHARGE", refreshedAt: null, complete: false, reason: "", records: 1 } as const;

  it("is soon while the directory is being filled, but not while a backend's long list is scanned, which costs calls", () => {
    expect(nextLookMs([{ ...source, source: "INDEX" }])).toBe(3_000);
    expect(nextLookMs([{ ...source, source: "LIVE" }])).toBe(false);
    expect(nextLookMs([{ ...source, source: "INDEX", complete: true }])).toBe(false);
  });
});

describe("recently opened objects", () => {
  const hit = (name: string) => ({ key: name, label: name, description: "", backends: ["PBX"], href: `/customers/${name}` });
  function storageOf(text: string | null) {
    let kept = text;
    return {
      getItem: () => kept,
      setItem: (_name: string, value: string) => {
        kept = value;
      },
    };
  }

  it("are kept newest first, each once, and at most six", () => {
    const storage = storageOf(null);
    for (const name of ["a", "b", "c", "a", "d", "e", "f", "g"]) remember(hit(name), storage);
    expect(recentHits(storage).map(({ label }) => label)).toEqual(["g", "f", "e", "d", "a", "c"]);
  });

  it.each(["", "{", "7", "null", '[{"label":1}]', "[null]"])("are none if the storage contains %j", (text) => {
    expect(recentHits(storageOf(text))).toEqual([]);
  });

  it("are none if the storage cannot be used", () => {
    const broken = () => {
      throw new Error("forbidden");
    };
    expect(recentHits({ getItem: broken })).toEqual([]);
    expect(() => remember(hit("a"), { getItem: broken, setItem: broken })).not.toThrow();
  });
});

describe("the order of customers", () => {
  const row = (id: string, parts: Partial<CustomerRow>): CustomerRow => ({
    ...{ id, name: id, backend: backend("pbx"), backendId: id, email: null, reference: null, status: "ACTIVE", amountDue: null },
    ...parts,
  });
  const due = (amount: string, currency = "EUR") => ({
    amountDue: { amount: amount as Decimal, currency: currency as CurrencyCode },
  });
  const ids = (rows: readonly CustomerRow[], text: string): string =>
    sortedCustomers(rows, sortFrom(text))
      .map(({ id }) => id)
      .join("");

  it("is exact for amounts, by currency, with those without one last in both directions", () => {
    const rows = [
      row("a", due("9007199254740993.1")),
      row("b", {}),
      row("c", due("9007199254740993.01")),
      row("d", due("-2", "GBP")),
      row("e", due("-3")),
    ];
    expect(ids(rows, "amountDue")).toBe("ecadb");
    expect(ids(rows, "-amountDue")).toBe("acedb");
  });

  it("is numeric for numbers in names and references, ignoring case", () => {
    const rows = [
      row("a", { name: "Room 10", reference: "R10" }),
      row("b", { name: "room 9", reference: null }),
      row("c", { name: "Äpfel", reference: "r2" }),
    ];
    expect(ids(rows, "name")).toBe("cba");
    expect(ids(rows, "reference")).toBe("cab");
    expect(ids(rows, "-reference")).toBe("acb");
    expect(ids(rows, "nothing")).toBe("abc");
  });

  it("changes with each click on a column", () => {
    const clicked = (text: string) => nextSort(sortFrom(text), "name");
    expect([clicked(""), clicked("name"), clicked("-name"), clicked("status")]).toEqual(["name", "-name", null, "name"]);
  });
});

describe("a score", () => {
  it.each([
    [1, "100 %"],
    [0.999, "99 %"],
    [0.57, "57 %"],
  ])("of %d is %s", (score, text) => {
    expect(formatScore(score)).toBe(text);
  });
});
