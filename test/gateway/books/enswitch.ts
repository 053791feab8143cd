import { type Asked, type Given, numberAs, rawNumber } from "../worlds/serving.ts";
import { secondsAt } from "../worlds/simulator.ts";
import type { Draw } from "../worlds/world.ts";
import { canonical, createBook, type Entry, type Values, type Writer } from "./book.ts";

/** Writes of Enswitch, from its contract. Section numbers are the contract's. */
export function createEnswitchWriter(draw: Draw, now: () => number): Writer {
  const base = draw.choose("first id", [100n, 9_007_199_254_741_000n, 2_000_000_000n]);
  let made = 0n;
  const nextId = (): string => {
    made += draw.pick([1n, 1n, 7n]);
    return String(base + made);
  };
  const book = createBook(nextId, now);
  const timeZone = draw.choose("timeZone", ["Europe/Berlin", "America/New_York", "UTC", "Pacific/Apia"]);
  const idForm = draw.choose("ids", ["number", "text"]); // 12.1
  const decimals = draw.choose("decimals", ["text", "short", "plain", "padded"] as const); // 12.1
  const integers = draw.choose("integers", ["number", "text"]);
  const none = draw.choose("nothing", ["", null, undefined]); // 3.4
  const codes = draw.choose("codes", ["text", "number"]); // 3.1
  const mirrors = draw.choose("status mirrors the code", [false, true]); // 3.2
  const tellsOwner = draw.choose("rows tell their customer", [true, true, false]); // 8.2
  const tellsDeleted = draw.choose("deleted customers are found by get", [true, false]); // 13.10
  const emptyCode = draw.choose("empty lists", ["200", "204"]);
  const root = "7";

  const id = (text: string): unknown => (idForm === "number" ? rawNumber(text) : text);
  const integer = (value: number): unknown => (integers === "number" ? value : String(value));
  const decimal = (value: string | null | undefined): unknown => {
    if (value == null) return none;
    if (value.replace(/\D/g, "").length > 15) return value;
    if (decimals === "short") return canonical(value);
    if (decimals === "text") return /\.\d\d/.test(value) ? value : Number(value).toFixed(2);
    return numberAs(/\.\d{5}/.test(value) ? "plain" : decimals, value);
  };
  const envelope = (code: number, data?: unknown, key = ""): Given => ({
    status: mirrors && code !== 204 && code !== 201 ? code : 200,
    json: {
      responses: [{ code: codes === "text" ? String(code) : code, key, message: code < 300 ? "OK" : "No" }],
      ...(data !== undefined && { data }),
    },
  });
  const listed = (rows: readonly unknown[]): Given =>
    rows.length === 0 && emptyCode === "204" ? envelope(204) : envelope(200, rows);

  const given = (values: Values, name: string): unknown => values[name] || none;
  const customerRow = ({ id: own, values, archived }: Entry): object => ({
    id: id(own),
    name: values["name"],
    email: given(values, "email"),
    bill_ref: given(values, "reference"),
    address1: given(values, "line1"),
    address_city: given(values, "address.city"),
    parent: id(root),
    plan: id("3"),
    balance: decimal("0"),
    deleted: integer(Number(archived)),
    currency: "EUR",
  });
  const chargeRow = ({ id: own, owner, values, mark }: Entry): object => ({
    id: id(own),
    name: values["name"],
    ...(tellsOwner && { customer: id(owner ?? "0"), plan: integer(0) }),
    amount: decimal(values["amount"] ?? "0"),
    buy: decimal(values["cost"] ?? "0"),
    currency: values["currency"] ?? "EUR",
    description: given(values, "description"),
    start: integer(startOf(values["date"], mark)),
    end: integer(0),
    number: integer(Number(values["number"] ?? 1)),
    period: values["period"],
  });
  const startOf = (day: string | null | undefined, mark: string): number => {
    if (day == null) return 0;
    return dayOf(Number(mark)) === day ? Number(mark) : secondsAt(day, "00:10:00", timeZone);
  };
  const dayOf = (seconds: number): string =>
    Temporal.Instant.fromEpochMilliseconds(seconds * 1000)
      .toZonedDateTimeISO(timeZone)
      .toPlainDate()
      .toString();
  const taxRow = ({ id: own, values }: Entry): object => ({
    id: id(own),
    customer: id(root),
    name: values["name"],
    rate: decimal(values["rate"] ?? "0"),
    amount: decimal(values["fixedAmount"] ?? "0"),
    currency: "EUR",
    description: given(values, "description"),
    ...Object.fromEntries(
      ["accounts", "calls", "cardgroups", "charges", "features", "messages", "numbers", "products"].map((flag) => [
        flag,
        integer(1),
      ]),
    ),
    liable: integer(2),
    shared: integer(0),
  });

  const mapped = (sent: URLSearchParams, names: Readonly<Record<string, string>>): Values =>
    Object.fromEntries(Object.entries(names).flatMap(([column, name]) => (sent.has(column) ? [[name, sent.get(column)]] : [])));
  const customerNames = { name: "name", email: "email", bill_ref: "reference", address1: "line1", address_city: "address.city" };
  const chargeNames = {
    name: "name",
    description: "description",
    amount: "amount",
    buy: "cost",
    currency: "currency",
    period: "period",
    number: "number",
  };
  const taxNames = { name: "name", rate: "rate", amount: "fixedAmount", description: "description" };
  const chargeValues = (sent: URLSearchParams): Values => ({
    ...mapped(sent, chargeNames),
    ...(sent.has("start") && { date: dayOf(Number(sent.get("start"))) }),
  });

  function answer({ path, query, body }: Asked): Given {
    const sent = new URLSearchParams([...query, ...new URLSearchParams(body)]);
    if (sent.get("auth_username") !== "gateway" || sent.get("auth_password") !== "pass;word&") return envelope(401);
    const own = sent.get("id");
    const customer = book.find("customer", own);
    const charge = book.find("charge", own);
    const tax = book.find("tax", own);
    switch (path) {
      case "user/login":
        return envelope(200, { id: 1, username: "gateway" });
      case "plans/list":
        return listed([{ id: id("3"), name: "Plan", currency: "EUR" }]);
      case "plans/get":
        return own === "3" ? envelope(200, { id: id("3"), name: "Plan", currency: "EUR" }) : envelope(404);
      case "customers/get":
        return customer && (tellsDeleted || !customer.archived) ? envelope(200, customerRow(customer)) : envelope(404);
      case "customers/list": {
        const [deleted, name] = [sent.get("deleted") ?? "0", sent.get("name") ?? ""];
        const found = book
          .of("customer")
          .filter(({ archived }) => deleted === "-1" || archived === (deleted === "1"))
          .filter(({ values }) => values["name"]?.includes(name))
          .sort((one, other) => ((one.values["name"] ?? "") < (other.values["name"] ?? "") ? -1 : 1));
        const offset = Number(sent.get("offset") ?? "0");
        return listed(found.slice(offset, offset + (Number(sent.get("limit") ?? "0") || found.length)).map(customerRow));
      }
      case "customers/create":
        if (sent.get("plan") !== "3") return envelope(400, undefined, "plan");
        return envelope(200, { id: id(book.add("customer", null, mapped(sent, customerNames)).id) });
      case "customers/update":
        if (!customer) return envelope(404);
        book.change(customer, mapped(sent, customerNames));
        return envelope(204);
      case "customers/delete":
      case "customers/undelete":
        if (!customer) return envelope(404);
        book.archive(customer, path === "customers/delete");
        return envelope(204);
      case "charges/list": {
        const owner = sent.get("customer");
        return book.find("customer", owner)
          ? listed(
              book
                .of("charge", owner)
                .filter(({ archived }) => !archived)
                .map(chargeRow),
            )
          : envelope(400, undefined, "customer");
      }
      case "charges/get":
        return charge && !charge.archived ? envelope(200, chargeRow(charge)) : envelope(404);
      case "charges/create":
        if (!book.find("customer", sent.get("customer"))) return envelope(404);
        return envelope(200, {
          id: id(book.add("charge", sent.get("customer"), chargeValues(sent), sent.get("start") ?? "").id),
        });
      case "charges/update":
        if (!charge || charge.archived) return envelope(404);
        book.change(charge, chargeValues(sent));
        return envelope(204);
      case "charges/delete":
        if (!charge || charge.archived) return envelope(404);
        book.archive(charge, true);
        return envelope(204);
      case "taxes/list":
        return listed((sent.get("customer") ?? root) === root ? book.of("tax").map(taxRow) : []);
      case "taxes/create":
        return envelope(200, { id: id(book.add("tax", null, mapped(sent, taxNames)).id) });
      case "taxes/update":
        if (!tax) return envelope(404);
        book.change(tax, mapped(sent, taxNames));
        return envelope(204);
      case "customers/balance/add": {
        if (!customer) return envelope(404);
        book.add("credit", customer.id, { amount: sent.get("amount"), description: sent.get("description") });
        return envelope(204);
      }
      case "charges/charge":
        if (!charge || charge.archived) return envelope(404);
        book.execute(charge);
        moves.push({ charge, at: book.now(), id: nextId() });
        return envelope(204);
      case "transactions/list": {
        const owner = sent.get("customer");
        const credits = book.of("credit", owner).map(({ id: own2, values, made: at }) => ({
          id: own2,
          type: "credit",
          amount: values["amount"] ?? "0",
          text: values["description"],
          at,
        }));
        const taken = moves.flatMap(({ charge: of, at, id: own2 }) =>
          of.owner === owner
            ? [{ id: own2, type: "charge", amount: `-${of.values["amount"] ?? "0"}`, text: of.values["name"], at }]
            : [],
        );
        return listed(
          [...credits, ...taken].map((row) => ({
            id: id(row.id),
            type: row.type,
            time: integer(Math.floor(row.at / 1000)),
            amount: decimal(row.amount),
            amount_excluding_tax: decimal(row.amount),
            description: row.text ?? none,
          })),
        );
      }
      default:
        return envelope(404);
    }
  }
  const moves: { readonly charge: Entry; readonly at: number; readonly id: string }[] = [];
  return {
    section: {
      kind: "enswitch",
      username: "gateway",
      password: "pass;word&",
      currency: "EUR",
      timeZone,
      parameters: draw.choose("parameters", ["form", "query"]),
      functions: { chargesDelete: true, balanceAdd: true },
    },
    book,
    hides: new Set(tellsOwner ? [] : ["owner of a charge"]),
    refusal: () => envelope(draw.pick([400, 402, 403])),
    breakdown: () => envelope(500),
    isWrite: ({ path }) => /\/(create|update|delete|undelete|charge|add)$/.test(path),
    shows: (entry) => envelope(200, { id: id(entry.id) }),
    answer,
  };
}
