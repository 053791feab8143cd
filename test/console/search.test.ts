import { describe, expect, it } from "vitest";
import type { SearchQuery, SourceDetailsFragment } from "../../src/client/index.ts";
import { hitsOf } from "../../src/console/search/found.ts";
import { ageOf, remarksOn } from "../../src/console/search/sources.ts";
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
  const edge = (node: Node | null, matched: string | null = null): Edge => ({ node, matched });

  it("begins with the accounts, each once, however many of its customers were found", () => {
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

  it("leads from a charge to its customer, and from a tax to the taxes", () => {
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

  it("leaves out what has gone since", () => {
    expect(hitsOf([edge(null, "Ada's Bakery")])).toEqual([]);
  });
});

describe("where it was looked for", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const source = (key: string, parts: Partial<SourceDetailsFragment>): SourceDetailsFragment => ({
    backend: backend(key),
    type: "CUSTOMER",
    source: "INDEX",
    refreshedAt: "2026-11-21T11:59:00Z",
    complete: true,
    records: 60,
    ...parts,
  });

  it("is worth no word when all of it was looked through and is recent", () => {
    expect(remarksOn([source("pbx", {}), source("suite", { source: "LIVE", refreshedAt: null })], now)).toEqual([]);
  });

  it("is told where it was not complete, or is old, each backend once", () => {
    const sources = [
      source("pbx", { complete: false }),
      source("pbx", { type: "CHARGE", complete: false }),
      source("suite", { refreshedAt: "2026-11-21T09:00:00Z" }),
    ];
    expect(remarksOn(sources, now)).toEqual([
      "Not all of PBX could be looked through.",
      "What is known of SUITE is from 3 hr. ago.",
    ]);
    expect(ageOf(sources, now)).toBe("3 hr. ago");
    expect(ageOf([], now)).toBe("");
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
