import { type Asked, type Given, rawNumber } from "../worlds/serving.ts";
import type { Draw } from "../worlds/world.ts";
import { createBook, type Entry, localTime, type Values, type Writer } from "./book.ts";

/** Writes of the Billing API v01, from its contract: PUT creates, POST modifies, GET ~reverse reverses. */
export function createV01Writer(draw: Draw, now: () => number): Writer {
  const base = draw.choose("first id", [10_000n, 9_007_199_254_741_000n, 9_000_000_000_000_000_000n]);
  let made = 0n;
  const nextId = (): string => {
    made += draw.pick([1n, 1n, 9n]);
    return String(base + made);
  };
  const book = createBook(nextId, now);
  const timeZone = draw.choose("timeZone", ["America/New_York", "UTC", "Europe/Berlin"]);
  const shape = draw.choose("lists", ["array", "named", "named twice", "lone record"]); // 2.5, A3
  const emptyShape = draw.choose("empty list", ["[]", "{}"]); // A3
  const written = draw.choose("answers to writes", ["record", "list", "named"]); // 2.5
  const values = draw.choose("values", ["typed", "text"]); // 2.5
  const nothing = draw.choose("nothing", ["", null, undefined]);
  const failureStatus = draw.choose("failures", [400, 200]); // A4
  const showsOwner = draw.choose("customerId", [true, true, false]);
  const showsCode = draw.choose("codes are", ["kept", "kept", "in capitals", "cut at 30"]); // 2.8
  const dueDates = draw.choose("due dates", ["day", "clock"]); // quirk 11
  const reversed = draw.choose("~reverse answers with", ["the reversal", "the original"]); // 6.5
  const taxIncluded = draw.choose("taxIncludedInAmount", [true, false]); // 16.6
  const zoneIsKnown = draw.choose("timeZone is configured", [true, true, false]); // 2.6
  const reversals: { readonly of: Entry; readonly id: string; readonly at: number }[] = [];

  const scalar = (value: number | boolean | string): unknown => (values === "text" ? String(value) : value);
  const long = (id: string): unknown => (values === "text" ? id : rawNumber(id));
  const cents = (value: string | null | undefined): number => Math.round(Number(value ?? "0") * 100);
  const decimal = (value: unknown): string | null => {
    if (value == null) return null;
    const digits = String(value).padStart(3, "0");
    return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
  };
  const codeOf = ({ id, mark }: Entry): string => {
    if (mark === "") return id;
    return showsCode === "in capitals" ? mark.toUpperCase() : showsCode === "cut at 30" ? mark.slice(0, 30) : mark;
  };
  const given = (text: string | null | undefined): unknown => text || nothing;
  const customerRow = (entry: Entry): object => ({
    id: long(entry.id),
    code: codeOf(entry),
    accountId: scalar(2001),
    createDate: localTime(entry.made, timeZone),
    firstName: entry.values["firstName"],
    lastName: entry.values["lastName"],
    organizationName: given(entry.values["name"]),
    email: given(entry.values["email"]),
    // The members of phones are inferred (10.1): each is shown where it was sent.
    [entry.values["name"] ? "workPhone" : "homePhone"]: given(entry.values["phone"]),
    street1: given(entry.values["line1"]),
    city: given(entry.values["address.city"]),
    isActive: scalar(true),
  });
  const isReversed = (entry: Entry): boolean => reversals.some(({ of }) => of === entry);
  const entryRow = (entry: Entry): object => {
    const { id, owner, kind } = entry;
    const amount = cents(entry.values["amount"]) + (taxIncluded ? cents(entry.values["taxAmount"]) : 0);
    const due = entry.values["date"] ?? localTime(entry.made, timeZone).slice(0, 10);
    return {
      id: long(id),
      code: codeOf(entry),
      accountId: scalar(2001),
      ...(showsOwner && { customerId: long(owner ?? "") }),
      createDate: localTime(entry.made, timeZone),
      dueDate: dueDates === "day" ? due : `${due} 00:00:00`,
      type: kind === "credit" ? "RC" : entry.values["kind"] === "FEE" ? "RF" : "RI",
      amount: scalar(amount),
      balance: scalar(isReversed(entry) ? 0 : amount),
      taxAmount: entry.values["taxAmount"] == null ? nothing : scalar(cents(entry.values["taxAmount"])),
      note: given(entry.values["description"]),
    };
  };
  const reversalRow = ({ of, id, at }: (typeof reversals)[number]): object => ({
    ...entryRow(of),
    id: long(id),
    code: id,
    createDate: localTime(at, timeZone),
    dueDate: undefined,
    type: of.kind === "credit" ? "RX" : "RR",
    balance: scalar(0),
    note: nothing,
  });
  const taxRow = ({ id, values: own, archived, made: at }: Entry): object => ({
    id: long(id),
    countryCode: "US",
    value: scalar(cents(own["rate"])),
    description: own["name"],
    effectiveDate: own["effectiveDate"],
    isActive: scalar(!archived),
    createDate: localTime(at, timeZone),
  });

  const failure = (code: string, status = failureStatus): Given => ({
    status,
    json: { responseType: "exception", failureCode: code, failureMessage: "was refused [accountId=2001, requestType=x]" },
  });
  function list(name: string, rows: readonly object[]): Given {
    if (rows.length === 0) return { status: 200, json: emptyShape === "{}" ? {} : [] };
    if (shape === "named") return { status: 200, json: { [`${name}s`]: rows } };
    if (shape === "named twice") return { status: 200, json: { [`${name}s`]: { [name]: rows.length === 1 ? rows[0] : rows } } };
    if (shape === "lone record" && rows.length === 1) return { status: 200, json: rows[0] };
    return { status: 200, json: rows };
  }
  const one = (name: string, row: object): Given => ({
    status: 200,
    json: written === "list" ? [row] : written === "named" ? { [name]: row } : row,
  });
  const paged = (name: string, rows: readonly object[], query: URLSearchParams): Given => {
    const [offset, limit] = [Number(query.get("offset") ?? "0"), Number(query.get("limit") ?? "100")];
    return list(name, rows.slice(offset, offset + limit));
  };
  const unknown = (): Given => failure("V24", 404);
  const named = (sent: Readonly<Record<string, unknown>>, names: Readonly<Record<string, string>>): Values =>
    Object.fromEntries(
      Object.entries(names).flatMap(([member, name]) => (sent[member] == null ? [] : [[name, String(sent[member])]])),
    );
  const customerNames = {
    firstName: "firstName",
    lastName: "lastName",
    organizationName: "name",
    email: "email",
    workPhone: "phone",
    homePhone: "phone",
    street1: "line1",
    city: "address.city",
  };
  const entryValues = (sent: Readonly<Record<string, unknown>>): Values => {
    const tax = sent["taxAmount"] == null ? 0 : Number(sent["taxAmount"]);
    return {
      ...(sent["taxAmount"] != null && { taxAmount: decimal(tax) }),
      amount: decimal(Number(sent["amount"]) - (taxIncluded ? tax : 0)),
      ...named(sent, { note: "description", dueDate: "date" }),
      ...(sent["type"] !== "RC" && { kind: sent["type"] === "RF" ? "FEE" : "ONE_OFF" }),
    };
  };

  function answer({ path, query, headers, method, body }: Asked): Given {
    if (headers.authorization !== `Basic ${Buffer.from("api-gateway:pa:ss").toString("base64")}`) return failure("L01", 401);
    const isForm = /form/.test(headers["content-type"] ?? "");
    const sent: Readonly<Record<string, unknown>> = isForm
      ? Object.fromEntries(new URLSearchParams(body))
      : JSON.parse(body || "{}");
    if (path === "customers" && method === "PUT") {
      const code = String(sent["code"] ?? "");
      if (code !== "" && book.of("customer").some(({ mark }) => mark === code)) return failure("V02");
      return one("customer", customerRow(book.add("customer", null, named(sent, customerNames), code)));
    }
    if (path === "customers") {
      const found = book
        .of("customer")
        .filter(({ values: own }) =>
          Object.entries(customerNames).every(
            ([member, name]) => !query.has(member) || query.get(member)?.toLowerCase() === own[name]?.toLowerCase(),
          ),
        );
      return paged("customer", found.map(customerRow), query);
    }
    const [, id = "", collection, transaction, action] =
      /^customers\/([^/]+)(?:\/(transactions)(?:\/([^/]+)(?:\/(~reverse))?)?)?$/.exec(path) ?? [];
    const customer = book.find("customer", id);
    if (id !== "" && !customer) return unknown();
    if (customer && collection === undefined) {
      if (method === "POST") book.change(customer, named(sent, customerNames));
      return method === "POST" ? one("customer", customerRow(customer)) : { status: 200, json: customerRow(customer) };
    }
    if (customer && transaction === undefined) {
      if (method === "PUT") {
        const code = String(sent["code"] ?? "");
        const taken = book.entries.some((entry) => entry.owner === id && entry.mark === code && code !== "");
        if (taken) return failure("V02");
        return one("transaction", entryRow(book.add(sent["type"] === "RC" ? "credit" : "charge", id, entryValues(sent), code)));
      }
      const rows = [
        ...book.entries.filter((entry) => entry.owner === id).map((entry) => ({ at: entry.made, row: entryRow(entry) })),
        ...reversals.filter(({ of }) => of.owner === id).map((reversal) => ({ at: reversal.at, row: reversalRow(reversal) })),
      ];
      const from = query.get("createDateFrom") ?? "";
      return paged(
        "transaction",
        rows.filter(({ at }) => localTime(at, timeZone) >= from).map(({ row }) => row),
        query,
      );
    }
    const entry = book.entries.find((each) => each.owner === id && each.id === transaction);
    if (customer && action === "~reverse") {
      if (!entry) return unknown();
      if (isReversed(entry)) return failure("U01");
      const reversal = { of: entry, id: nextId(), at: book.now() };
      reversals.push(reversal);
      book.archive(entry, true);
      return one("transaction", reversed === "the reversal" ? reversalRow(reversal) : entryRow(entry));
    }
    if (customer) {
      const reversal = reversals.find((each) => each.id === transaction);
      if (!entry && !reversal) return unknown();
      return { status: 200, json: entry ? entryRow(entry) : reversalRow(reversal as (typeof reversals)[number]) };
    }
    if (path === "countries/US/taxes/0/~load") return list("taxRate", book.of("tax").map(taxRow));
    const [, rate] = /^countries\/US\/taxes\/(\d+)(?:\/~load)?$/.exec(path) ?? [];
    if (rate !== undefined) {
      const known = book.find("tax", rate);
      if (method === "GET") return known ? { status: 200, json: taxRow(known) } : unknown();
      if (sent["effectiveDate"] === undefined || sent["value"] === undefined) return failure("F01");
      const own = { rate: decimal(sent["value"]), ...named(sent, { description: "name", effectiveDate: "effectiveDate" }) };
      if (!known) return one("taxRate", taxRow(book.add("tax", null, own)));
      const active = String(sent["isActive"] ?? "true") === "true";
      if (known.archived === active) book.archive(known, !active);
      else book.change(known, own);
      return one("taxRate", taxRow(known));
    }
    return path === "plans" ? list("plan", []) : unknown();
  }

  return {
    section: {
      kind: "v01",
      username: "api-gateway",
      password: "pa:ss",
      accountId: 2001,
      currency: "USD",
      country: "US",
      ...(zoneIsKnown && { timeZone }),
      taxIncludedInAmount: taxIncluded,
    },
    book,
    hides: new Set(emptyShape === "{}" ? (["emptiness"] as const) : []),
    refusal: () => failure(draw.pick(["V28", "F02", "U01", "O03", "L02"])),
    breakdown: () => failure(draw.pick(["S01", "E02"]), draw.pick([200, 500])),
    isWrite: ({ method, path }) => method !== "GET" || path.endsWith("~reverse"),
    shows: (entry) =>
      entry.kind === "customer"
        ? one("customer", customerRow(entry))
        : entry.kind === "tax"
          ? one("taxRate", taxRow(entry))
          : one("transaction", entryRow(entry)),
    answer,
  };
}
