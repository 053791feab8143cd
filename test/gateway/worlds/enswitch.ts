import { type Asked, type Given, numberAs, rawNumber } from "./serving.ts";
import { byNumber, counterFrom, type Simulator, secondsAt } from "./simulator.ts";
import { type Draw, decimalOf, drawWorld, type Line, type Person } from "./world.ts";

/** Enswitch, from its contract: https://host/api/json/<category>/<action>/ with an envelope. Section numbers are the contract's. */
export function createEnswitch(draw: Draw, mostPeople: number): Simulator {
  const base = draw.choose("first id", [100, 9_007_199_254_741_000n, 2_000_000_000]);
  const idOf = (kind: string, n: number): string => String(BigInt(base) + BigInt(n) + (kind === "line" ? 5000n : 0n));
  const world = drawWorld(draw, idOf, mostPeople);
  const timeZone = draw.choose("timeZone", ["Europe/Berlin", "America/New_York", "UTC", "Pacific/Apia", "Asia/Kathmandu"]);
  const root = "7";
  // Resellers have customers of their own (1): each hangs on an earlier one or on the caller's.
  const parents = new Map<string, string>();
  for (const [index, { id }] of world.people.entries()) {
    const above = index > 0 && draw.chance(0.4) ? world.people[draw.integer(0, index - 1)] : undefined;
    parents.set(id, above?.id ?? root);
  }
  const parentOf = (id: string): string => {
    const parent = parents.get(id) ?? root;
    return world.people.some((person) => person.id === parent) ? parent : root;
  };

  const idForm = draw.choose("ids", ["number", "text"]); // 12.1
  const decimalForm = draw.choose("decimals", ["text", "plain", "padded", "exponent", "four places", "spaced"] as const); // 12.1
  const flagForm = draw.choose("flags", [0, "0", "time"]); // 8.1: deleted might be a timestamp
  const timeForm = draw.choose("times", ["number", "text"]);
  const none = draw.choose("nothing", ["", null, undefined]); // 3.4
  const noReference = draw.choose("no reference", [0, "0", "", null]);
  const codeForm = draw.choose("codes", ["text", "number"]); // 3.1
  const mirrors = draw.choose("status mirrors the code", [false, true]); // 3.2
  const emptyList = draw.choose("empty list", ["200", "204"]); // 4.2
  const paging = draw.choose("paging", ["honoured", "honoured", "ignored", "without offset", "ignored with recursive"]); // 4.2, 13.9
  const maximum = draw.choose("page maximum", [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 12, 25]); // 13.9
  const ties = draw.choose("order", ["id", "unsorted", "descending id"] as const); // 4.2: the order of equal keys
  const getShowsDeleted = draw.choose("get shows deleted", [true, false]); // 4.1, 13.10
  const nameFilter = draw.choose("name filter", ["any case", "exact case", "ignored"]); // 4.2
  const currency = draw.choose("currency", ["EUR", "eur", "USD", undefined, ""]); // 13.13
  const tellsOwner = draw.choose("lists of charges tell their customer", [true, true, false]); // 8.2: inferred
  const extra = draw.choose("further columns", [{}, { custom1: { a: [1] }, bank_account_number: "DE02" }]);
  const noise = new Map<string, number>();
  const noiseOf = (id: string): number => {
    const known = noise.get(id) ?? draw.next();
    noise.set(id, known);
    return known;
  };

  const idWritten = (id: string): unknown => (idForm === "number" ? rawNumber(id) : id);
  const decimalWritten = (tenThousandths: number): unknown => {
    const text = decimalOf(tenThousandths, 2);
    if (decimalForm === "text") return text;
    if (decimalForm === "four places") return decimalOf(tenThousandths, 4);
    if (decimalForm === "spaced") return ` ${text} `;
    return numberAs(decimalForm, text);
  };
  const integerWritten = (value: number): unknown => (timeForm === "number" ? value : String(value));
  const given = (text: string | null): unknown => text ?? none;
  const flag = (isSet: boolean): unknown =>
    flagForm === "time"
      ? isSet
        ? integerWritten(1_760_000_000)
        : integerWritten(0)
      : flagForm === "0"
        ? isSet
          ? "1"
          : "0"
        : Number(isSet);

  const currencies = currency === undefined ? {} : { currency };
  const personRow = ({ id, name, email, phone, reference, archived, owed }: Person): object => ({
    id: idWritten(id),
    name,
    email: given(email),
    phone: given(phone),
    bill_ref: given(reference),
    parent: idWritten(parentOf(id)),
    plan: noReference,
    balance: decimalWritten(-owed * 100),
    deleted: flag(archived),
    ...currencies,
    ...extra,
  });
  const lineRow = ({ id, owner, day, clock, amount, text, repeats }: Line, isListed = true): object => ({
    id: idWritten(id),
    name: text ?? `Charge ${id}`,
    ...((tellsOwner || !isListed) && { customer: idWritten(owner), plan: noReference }),
    amount: amount === null ? none : decimalWritten(amount),
    description: given(text),
    start: day === null ? integerWritten(0) : integerWritten(secondsAt(day, clock, timeZone)),
    end: integerWritten(0),
    number: integerWritten(0),
    period: repeats ? "monthly" : Number(id.at(-1)) % 2 === 0 ? "once" : "",
    ...currencies,
  });

  const envelope = (code: number, data?: unknown, key = ""): Given => ({
    status: mirrors && code !== 204 && code !== 201 ? code : 200,
    json: {
      responses: [{ code: codeForm === "text" ? String(code) : code, key, message: code < 300 ? "OK" : "No" }],
      ...(data !== undefined && { data }),
    },
  });
  const listed = (rows: readonly unknown[]): Given =>
    rows.length === 0 && emptyList === "204" ? envelope(204) : envelope(200, rows);

  function below(id: string, recursive: boolean): Person[] {
    const direct = world.people.filter((person) => parentOf(person.id) === id);
    return recursive ? direct.flatMap((person) => [person, ...below(person.id, true)]) : direct;
  }

  function listCustomers(parameters: URLSearchParams): Given {
    const of = (name: string, usual: string): string => parameters.get(name) ?? usual;
    const parent = of("parent", root);
    if (parent !== root && !world.people.some(({ id }) => id === parent)) return envelope(400, undefined, "parent");
    const counts = of("count", "0") === "1";
    const deleted = of("deleted", "0");
    const name = of("name", "");
    const isNamed = (person: Person): boolean =>
      nameFilter === "ignored" ||
      person.name.includes(name) ||
      (nameFilter === "any case" && person.name.toLowerCase().includes(name.toLowerCase()));
    const found = below(parent, of("recursive", "0") === "1" && !counts)
      .filter((person) => deleted === "-1" || person.archived === (deleted === "1"))
      .filter(isNamed);
    if (counts) return envelope(200, { count: integerWritten(found.length) });
    const orders: Record<typeof ties, (one: Person, other: Person) => number> = {
      id: (one, other) => byNumber(one.id, other.id),
      "descending id": (one, other) => byNumber(other.id, one.id),
      unsorted: (one, other) => noiseOf(one.id) - noiseOf(other.id),
    };
    const fold = (person: Person): string => person.name.toLowerCase();
    const sorted = found.sort((one, other) =>
      fold(one) < fold(other) ? -1 : fold(one) > fold(other) ? 1 : orders[ties](one, other),
    );
    const limit = Number(of("limit", "0")) || Number.POSITIVE_INFINITY;
    const isIgnored = paging === "ignored" || (paging === "ignored with recursive" && of("recursive", "0") === "1");
    const offset = isIgnored || paging === "without offset" ? 0 : Number(of("offset", "0"));
    // A server that ignores offsets and cuts pages shows its first page only: nobody can read the rest.
    const most = paging === "without offset" ? Number.POSITIVE_INFINITY : maximum;
    const rows = isIgnored ? sorted : sorted.slice(offset, offset + Math.min(limit, most));
    return listed(rows.map(personRow));
  }

  function answer({ path, query, body }: Asked): Given {
    const parameters = new URLSearchParams([...query, ...new URLSearchParams(body)]);
    if (parameters.get("auth_username") !== "gateway" || parameters.get("auth_password") !== "pass;word&") return envelope(401);
    const id = parameters.get("id") ?? "0";
    if (path === "user/login") return envelope(200, { id: 1, username: "gateway" });
    if (path === "customers/list") return listCustomers(parameters);
    if (path === "customers/get") {
      const found = world.people.find((person) => person.id === id && (getShowsDeleted || !person.archived));
      return found ? envelope(200, personRow(found)) : envelope(404);
    }
    if (path === "charges/list") {
      const owner = parameters.get("customer") ?? root;
      if (!world.people.some((person) => person.id === owner)) return envelope(400, undefined, "customer");
      const rows = world.lines.filter((line) => line.owner === owner).sort((one, other) => noiseOf(one.id) - noiseOf(other.id));
      return listed(rows.map((row) => lineRow(row)));
    }
    if (path === "charges/get") {
      const found = world.lines.find((line) => line.id === id);
      return found ? envelope(200, lineRow(found, false)) : envelope(404);
    }
    if (path === "taxes/list") {
      const owner = parameters.get("customer") ?? root;
      const rows = world.duties.map(({ id: tax, name, rate, flat }) => ({
        id: idWritten(tax),
        name,
        customer: idWritten(root),
        rate: decimalWritten(flat ? 0 : rate),
        amount: decimalWritten(flat ? rate : 0),
        ...currencies,
        charges: integerWritten(1),
        liable: integerWritten(2),
        shared: integerWritten(1),
      }));
      return listed(owner === root ? rows : []);
    }
    if (path === "plans/list") return listed([]);
    return envelope(404);
  }

  const shownCurrency = currency === "USD" ? "USD" : "EUR";
  return {
    section: {
      kind: "enswitch",
      username: "gateway",
      password: "pass;word&",
      currency: "EUR",
      timeZone,
      parameters: draw.choose("parameters", ["form", "query"]),
    },
    world,
    answer,
    nextId: counterFrom(idOf),
    removes: true,
    provesGone: true,
    people: () =>
      world.people.map(({ id, name, email, phone, reference, archived, owed }) => ({
        backendId: id,
        texts: [name, email, reference],
        shown: {
          name: name.trim(),
          email,
          phone,
          reference,
          status: archived ? "ARCHIVED" : "ACTIVE",
          amountDue: { amount: decimalOf(Math.max(0, owed) * 100, 0), currency: shownCurrency },
        },
      })),
    charges: () =>
      world.lines.map(({ id, owner, day, amount, text, repeats }) => ({
        backendId: id,
        owner,
        day,
        texts: [text],
        shown: {
          name: text?.trim() ?? `Charge ${id}`,
          amount: amount === null ? null : { amount: decimalOf(amount, 0), currency: shownCurrency },
          date: day,
          quantity: "1",
          kind: repeats ? "RECURRING" : "ONE_OFF",
          status: "DEFINED",
        },
      })),
    taxes: () =>
      world.duties.map(({ id, name, rate, flat }) => ({
        backendId: id,
        texts: [name],
        shown: { name, rate: flat ? "0" : decimalOf(rate, 0) },
      })),
  };
}
