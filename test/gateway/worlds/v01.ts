import { type Asked, type Given, rawNumber } from "./serving.ts";
import { byNumber, counterFrom, instantOf, type Simulator } from "./simulator.ts";
import { type Draw, decimalOf, drawWorld, type Line, type Person } from "./world.ts";

/** Billing API v01, from its contract: /customers/{id}/transactions, PUT creates. */
export function createV01(draw: Draw, mostPeople: number): Simulator {
  const base = draw.choose("first id", [10_000n, 9_007_199_254_741_000n, 9_000_000_000_000_000_000n]);
  const idOf = (kind: string, n: number): string => String(base + BigInt(n) + (kind === "line" ? 5000n : 0n));
  const world = drawWorld(draw, idOf, mostPeople);
  const timeZone = draw.choose("timeZone", ["America/New_York", "UTC", "Europe/Berlin"]);
  const shape = draw.choose("lists", ["array", "named", "named twice", "lone record"]); // 2.5, A3
  const emptyShape = draw.choose("empty list", ["[]", "{}", "nothing"]); // A3
  const values = draw.choose("values", ["typed", "text"]); // 2.5
  const nothing = draw.choose("nothing", ["", null, undefined]);
  const failureStatus = draw.choose("failures", [400, 200]); // A4
  const missing = draw.choose("unknown id", ["404 V", "200 V", "404 page", "empty"]); // 3.3.4
  const maximum = draw.choose("page maximum", [Number.POSITIVE_INFINITY, 1000, 5, 30]); // 5.2
  const beyond = draw.choose("beyond the maximum", ["cut", "refused"]); // 18
  const order = draw.choose("order", ["id", "id", "descending", "unsorted"]); // 6.2
  const accountFilter = draw.choose("accountId filter", ["honoured", "ignored"]); // 13.17
  const mailFilter = draw.choose("email filter", ["any case", "exact", "ignored"]); // 5.2
  const taxIncluded = draw.choose("taxIncludedInAmount", [true, false]); // 16.6
  const sign = draw.choose("balanceSign", ["positiveOwes", "negativeOwes"]); // 13.13
  const dueDates = draw.choose("due dates", ["day", "clock", "absent"]); // quirk 11
  const creditSign = draw.choose("credits", [1, -1]);
  const showsOwner = draw.choose("customerId", [true, true, false]);
  const noise = new Map<string, number>();
  const noiseOf = (id: string): number => {
    const known = noise.get(id) ?? draw.next();
    noise.set(id, known);
    return known;
  };

  const scalar = (value: number | boolean | string): unknown => (values === "text" ? String(value) : value);
  const long = (id: string): unknown => (values === "text" ? id : rawNumber(id));
  const cents = (amount: number): number => Math.round(amount / 100);
  const given = (text: string | null): unknown => text ?? nothing;
  const personRow = ({ id, name, email, phone, reference, archived, owed, made }: Person): object => ({
    id: long(id),
    code: reference ?? id,
    accountId: scalar(2001),
    createDate: made,
    firstName: "Ann",
    lastName: "Contact",
    organizationName: name,
    email: given(email),
    workPhone: given(phone),
    isActive: scalar(!archived),
    balance: scalar(sign === "positiveOwes" ? owed : -owed),
  });
  const stranger = {
    id: long(idOf("person", 4999)),
    accountId: scalar(999),
    firstName: "Other",
    lastName: "Merchant",
    createDate: "2026-01-01 10:00:00",
  };
  const isCredit = ({ type }: Line): boolean => type === "RC";
  const lineRow = (line: Line): object => {
    const { id, owner, day, amount, tax, unpaid, text, repeats, type, made } = line;
    const size = isCredit(line) ? creditSign : 1;
    return {
      id: long(id),
      code: id,
      accountId: scalar(2001),
      ...(showsOwner && { customerId: long(owner) }),
      createDate: dueDates === "absent" && day !== null ? `${day} 12:00:00` : made,
      dueDate: dueDates === "absent" || day === null ? undefined : dueDates === "day" ? day : `${day} 00:00:00`,
      type,
      amount: scalar(size * (cents(amount ?? 0) + (taxIncluded ? (tax ?? 0) : 0))),
      balance: scalar(size * unpaid),
      taxAmount: tax === null ? nothing : scalar(size * tax),
      note: given(text),
      subscriptionId: repeats && type === "RI" ? long("77") : nothing,
    };
  };

  const failure = (code: string, message: string, status = failureStatus): Given => ({
    status,
    json: { responseType: "exception", failureCode: code, failureMessage: message },
  });
  function list(name: string, rows: readonly object[]): Given {
    if (rows.length === 0) return { status: 200, json: emptyShape === "nothing" ? undefined : emptyShape === "{}" ? {} : [] };
    if (shape === "named") return { status: 200, json: { [`${name}s`]: rows } };
    if (shape === "named twice") return { status: 200, json: { [`${name}s`]: { [name]: rows.length === 1 ? rows[0] : rows } } };
    if (shape === "lone record" && rows.length === 1) return { status: 200, json: rows[0] };
    return { status: 200, json: rows };
  }
  function paged(name: string, rows: readonly object[], query: URLSearchParams): Given {
    const [offset, limit] = [Number(query.get("offset") ?? "0"), Number(query.get("limit") ?? "100")];
    if (limit > maximum && beyond === "refused") return failure("V30", "limit: invalid value, see pagination issues");
    return list(name, rows.slice(offset, offset + Math.min(limit, maximum)));
  }
  function ordered<T extends { readonly id: string }>(rows: readonly T[]): T[] {
    return rows.toSorted((one, other) => {
      if (order === "unsorted") return noiseOf(one.id) - noiseOf(other.id);
      return (order === "descending" ? -1 : 1) * byNumber(one.id, other.id);
    });
  }
  const unknown = (): Given => {
    if (missing === "empty") return { status: 200, json: undefined };
    if (missing === "404 page") return { status: 404, json: undefined };
    return failure(
      "V24",
      "was not found within the System or not accessible to the current user",
      missing === "404 V" ? 404 : 200,
    );
  };

  function answer({ path, query, headers, method }: Asked): Given {
    if (headers.authorization !== `Basic ${Buffer.from("api-gateway:pa:ss").toString("base64")}`)
      return failure("L01", "login", 401);
    if (method !== "GET") return failure("U01", "unsupported");
    const [, id, , transaction] = /^customers(?:\/([^/]+)(?:\/(transactions)(?:\/([^/]+))?)?)?$/.exec(path) ?? [];
    if (path === "customers") {
      const mail = query.get("email");
      const found = world.people.filter(({ email }) => {
        if (mail === null || mailFilter === "ignored") return true;
        return mailFilter === "exact" ? email === mail : email?.toLowerCase() === mail.toLowerCase();
      });
      const rows = ordered(found).map(personRow);
      return paged("customer", accountFilter === "ignored" && mail === null ? [...rows, stranger] : rows, query);
    }
    if (id !== undefined) {
      const person = world.people.find((each) => each.id === id);
      if (!person) return unknown();
      if (!path.includes("/transactions")) return { status: 200, json: personRow(person) };
      const own = world.lines.filter(({ owner }) => owner === id);
      if (transaction === undefined) return paged("transaction", ordered(own).map(lineRow), query);
      const found = own.find((line) => line.id === transaction);
      return found ? { status: 200, json: lineRow(found) } : unknown();
    }
    if (/^countries\/US\/taxes\/0\/~load$/.test(path)) {
      return list(
        "taxRate",
        world.duties.map(({ id: tax, name, rate }) => ({
          id: long(tax),
          countryCode: "US",
          value: scalar(Math.floor(rate / 100)),
          description: name,
          effectiveDate: "2026-01-01",
          isActive: scalar(true),
        })),
      );
    }
    if (path === "plans") return list("plan", []);
    return unknown();
  }

  const dayOf = ({ day, made }: Line): string => day ?? made.slice(0, 10);
  const kinds: Record<string, string> = { RI: "ONE_OFF", RC: "CREDIT" };
  const money = (line: Line, amount: number | null) => {
    if (amount === null) return null;
    const signed = isCredit(line) ? -amount : amount;
    return { amount: decimalOf(signed * 100, 0), currency: "USD" };
  };
  const statusOf = ({ amount, tax, unpaid }: Line): string => {
    const whole = cents(amount ?? 0) + (tax ?? 0);
    if (unpaid === 0) return "SETTLED";
    // What is sent as `amount`: with taxes, or without those that come on top (16.6).
    return unpaid === whole || (!taxIncluded && unpaid === cents(amount ?? 0)) ? "OPEN" : "PARTLY_PAID";
  };
  return {
    section: {
      kind: "v01",
      username: "api-gateway",
      password: "pa:ss",
      accountId: 2001,
      currency: "USD",
      country: "US",
      timeZone,
      taxIncludedInAmount: taxIncluded,
      balanceSign: sign,
    },
    world,
    answer,
    nextId: counterFrom(idOf),
    // No billing resource can be deleted (2.3, 15).
    removes: false,
    provesGone: true,
    people: () =>
      world.people.map(({ id, name, email, phone, reference, archived, owed, made }) => ({
        backendId: id,
        texts: [name, email, reference, "Ann", "Contact"],
        shown: {
          name: name.trim(),
          email,
          phone,
          reference: reference === null ? null : reference,
          status: archived ? "UNKNOWN" : "ACTIVE",
          amountDue: { amount: decimalOf(owed * 100, 0), currency: "USD" },
          createdAt: instantOf(made, timeZone),
        },
      })),
    charges: () =>
      world.lines.map((line) => ({
        backendId: line.id,
        owner: line.owner,
        day: dayOf(line),
        texts: [line.text],
        shown: {
          amount: money(line, cents(line.amount ?? 0)),
          taxAmount: money(line, line.tax),
          outstanding: money(line, line.unpaid),
          date: dayOf(line),
          quantity: "1",
          kind: line.type === "RI" && line.repeats ? "RECURRING" : (kinds[line.type] ?? "FEE"),
          status: statusOf(line),
        },
      })),
    taxes: () =>
      world.duties.map(({ id, name, rate }) => ({
        backendId: id,
        texts: [name],
        shown: { name, rate: decimalOf(Math.floor(rate / 100) * 100, 0) },
      })),
  };
}
