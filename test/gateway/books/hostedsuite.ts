import { type Asked, type Given, numberAs } from "../worlds/serving.ts";
import type { Draw } from "../worlds/world.ts";
import { canonical, createBook, type Entry, localTime, type Values, type Writer } from "./book.ts";

/** Writes of HostedSuite v2 and v3, from their contract: sections 2 to 6, and 7. What both share stands first. */

const service = "5".repeat(24);

function habitsOf(draw: Draw, now: () => number) {
  let made = 0;
  const idForm = draw.choose("ids", ["hexadecimal", "leading zeros", "negative", "beyond 2^53"]); // 2.9: opaque
  const nextId = (): string => {
    made += draw.pick([1, 1, 3]);
    if (idForm === "leading zeros") return String(made).padStart(6, "0");
    if (idForm === "negative") return String(-made);
    return idForm === "beyond 2^53" ? String(9_007_199_254_740_992n + BigInt(made)) : `a${String(made).padStart(23, "0")}`;
  };
  const timeZone = draw.choose("timeZone", ["America/New_York", "Europe/Berlin", "UTC"]);
  const centerZone = draw.choose("zone of the center", [timeZone, timeZone, "America/Los_Angeles"]); // 2.7
  const dates = draw.choose("dates", ["clock", "iso", "american"]); // 2.7
  const numbers = draw.choose("numbers", ["plain", "padded", "exponent"] as const);
  const perUnit = draw.choose("cost", ["line", "line", "unit"]); // 2.8
  const written = (local: string): string => {
    const [day = "", clock = ""] = local.split(" ");
    const [year = "", month = "", of = ""] = day.split("-");
    if (dates === "iso") return `${day}T${clock}`;
    return dates === "american" ? `${Number(month)}/${Number(of)}/${year} ${clock}` : local;
  };
  /** A calendar day, of which the time of day means nothing. */
  const day = (value: string | null | undefined): string | undefined => (value ? written(`${value} 00:00:00`) : undefined);
  const time = (milliseconds: number): string => written(localTime(milliseconds, centerZone));
  const number = (value: string | null | undefined): unknown =>
    value == null ? undefined : numberAs(/\.\d{5}/.test(value) ? "plain" : numbers, value);
  return {
    book: createBook(nextId, now),
    timeZone,
    zone: centerZone === timeZone ? ([] as const) : (["zone"] as const),
    perUnit,
    day,
    time,
    number,
  };
}

const decimalIn = (value: unknown): string | null => {
  if (value == null) return null;
  const written = String(value);
  return /e/i.test(written) ? canonical(Number(value).toFixed(20)) : written;
};

const timesQuantity = (cost: string, quantity: string | null | undefined): string => {
  const [places, of] = [cost.split(".")[1]?.length ?? 0, quantity?.split(".")[1]?.length ?? 0];
  const product = BigInt(cost.replace(".", "")) * BigInt((quantity ?? "1").replace(".", ""));
  const digits = String(product).padStart(places + of + 1, "0");
  const whole = places + of === 0 ? digits : `${digits.slice(0, -(places + of))}.${digits.slice(-(places + of))}`;
  return canonical(whole);
};

const membersOf = (sent: Readonly<Record<string, unknown>>): ((name: string) => unknown) => {
  const byName = new Map(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => byName.get(name.toLowerCase());
};

/** The unified values of a request's members: null and absent ones change nothing (4.5, 7.5). */
function valuesOf(entries: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) =>
      value == null ? [] : [[name, typeof value === "string" ? value : decimalIn(value)]],
    ),
  );
}

export function createHostedSuiteV2Writer(draw: Draw, now: () => number): Writer {
  const { book, timeZone, zone, perUnit, day, time, number } = habitsOf(draw, now);
  const answers = draw.choose("answers to writes of clients", ["record", "record", "id"]); // 4.4
  const acknowledges = draw.choose("archive answers", ["{}", "nothing"]); // 4.6
  const state = draw.choose("EntityStatus of clients", ["shown", "absent"]); // 6.2
  const all = draw.choose("charges/all", ["exists", "exists", "404 page"]); // 15
  const withoutNulls = (members: object): object =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value != null && value !== ""));
  /** Clients and their contacts. */
  const contacts: { readonly id: string; readonly owner: Entry; values: Values }[] = [];

  const clientRow = (entry: Entry): object =>
    withoutNulls({
      Id: entry.id,
      DateLastModified: time(entry.touched),
      Name: entry.values["name"],
      ThirdPartyAccountId: entry.values["reference"],
      Address: withoutNulls({ Street1: entry.values["line1"], City: entry.values["address.city"] }),
      CallAllowanceType: "NotBillable",
      EntityStatus: state === "shown" ? (entry.archived ? "Archived" : "Active") : null,
    });
  const contactRow = ({ id, owner, values }: (typeof contacts)[number]): object =>
    withoutNulls({
      Id: id,
      ClientId: owner.id,
      DateLastModified: time(owner.touched),
      FirstName: values["firstName"],
      LastName: values["lastName"],
      EmailAddresses: values["email"] ? [{ Id: "e", Address: values["email"], Name: "Work" }] : [],
      PhoneNumbers: values["phone"] ? [{ Id: "f", Number: values["phone"], Name: "Work", Mobile: false }] : [],
    });
  const costOf = ({ values }: Entry): string | null =>
    values["amount"] == null ? null : perUnit === "unit" ? (values["cost"] ?? values["amount"]) : values["amount"];
  const chargeRow = (entry: Entry): object =>
    withoutNulls({
      EntityStatus: "Active",
      Id: entry.id,
      ClientId: entry.owner,
      DateCreated: time(entry.made),
      DateOfCharge: day(entry.values["date"]),
      DateLastModified: time(entry.touched),
      Service: "Phone",
      ServiceId: service,
      Quantity: number(entry.values["quantity"] ?? "0"),
      Cost: number(costOf(entry)),
      Description: "Phone",
      Notes: entry.values["notes"],
      Memorized: entry.values["memorized"] === "true",
    });
  const failure = (status: number, ErrorCode: string, Message: string): Given => ({
    status,
    json: { ResponseStatus: { ErrorCode, Message, Errors: [] } },
  });

  function answer({ path, body }: Asked): Given {
    const member = membersOf(JSON.parse(body || "{}"));
    const text = (name: string): string | null => (member(name) as string | null | undefined) ?? null;
    if (text("UserName") !== "api" || text("Password") !== 'pa"ss') return failure(500, "SecurityException", "No");
    const client = book.find("customer", text("ClientId"));
    const address = membersOf((member("Address") ?? {}) as Record<string, unknown>);
    const clientValues = (name: string): Values =>
      valuesOf({
        name: member(name),
        reference: member("ThirdPartyAccountId"),
        line1: address("Street1"),
        "address.city": address("City"),
      });
    const shown = (entry: Entry): Given => ({ status: 200, json: answers === "id" ? { Id: entry.id } : clientRow(entry) });
    const done: Given = { status: 200, json: acknowledges === "{}" ? {} : undefined };
    const personOf = (): Values => {
      const [email] = (member("EmailAddresses") ?? []) as { Address?: string }[];
      const [phone] = (member("PhoneNumbers") ?? []) as { Number?: string }[];
      return valuesOf({
        firstName: member("FirstName"),
        lastName: member("LastName"),
        email: email?.Address,
        phone: phone?.Number,
      });
    };
    switch (path) {
      case "authenticate":
        return { status: 200, json: { Authenticated: true, Name: "API" } };
      case "services":
        return { status: 200, json: [{ Id: service, Name: "Phone" }] };
      case "clients":
        return {
          status: 200,
          json: (text("ClientId") === null
            ? book.of("customer").filter(({ archived }) => !archived)
            : client
              ? [client]
              : []
          ).map(clientRow),
        };
      case "clients/save":
        return shown(book.add("customer", null, clientValues("Name")));
      case "clients/update":
        return client ? shown(book.change(client, clientValues("NewName"))) : failure(500, "Exception", "Client not found");
      case "clients/archive":
      case "clients/restore":
        if (!client) return failure(500, "Exception", "Client not found");
        book.archive(client, path === "clients/archive");
        return done;
      case "contacts":
        return { status: 200, json: contacts.filter(({ owner }) => !client || owner === client).map(contactRow) };
      case "contacts/new": {
        if (!client) return failure(500, "Exception", "Client not found");
        const values = personOf();
        book.change(client, values);
        const contact = {
          id: `d${contacts.length}`,
          owner: client,
          values: Object.fromEntries(Object.keys(values).map((name) => [name, client.values[name] ?? null])),
        };
        contacts.push(contact);
        return { status: 200, json: contactRow(contact) };
      }
      case "contacts/update": {
        const contact = contacts.find(({ id }) => id === text("ContactId"));
        if (!contact) return failure(500, "Exception", "Contact not found");
        const values = personOf();
        book.change(contact.owner, values);
        contact.values = {
          ...contact.values,
          ...Object.fromEntries(Object.keys(values).map((name) => [name, contact.owner.values[name] ?? null])),
        };
        return { status: 200, json: contactRow(contact) };
      }
      case "charges/new": {
        if (!client) return failure(500, "Exception", "Client not found");
        const cost = decimalIn(member("Cost"));
        const quantity = decimalIn(member("Quantity")) ?? "0";
        const amount = cost === null ? null : perUnit === "unit" ? timesQuantity(cost, quantity) : cost;
        const values = valuesOf({
          amount,
          quantity,
          notes: member("Notes"),
          date: member("DateOfCharge"),
          memorized: String(member("Memorized") ?? false),
          ...(perUnit === "unit" && { cost }),
        });
        return { status: 200, json: chargeRow(book.add("charge", client.id, values)) };
      }
      case "charges":
      case "charges/all": {
        if (path === "charges/all" && all !== "exists") return { status: 404 };
        const [start = "", end = ""] = [text("StartDate") ?? "", text("EndDate") ?? ""];
        const at = (entry: Entry): string =>
          text("DateSelector") === "DateCreated" ? localTime(entry.made, timeZone) : `${entry.values["date"]} 00:00:00`;
        const found = book
          .of("charge")
          .filter((entry) => (!client || entry.owner === client.id) && at(entry) >= start && at(entry) <= `${end} 00:00:00`);
        return { status: 200, json: found.map(chargeRow) };
      }
      default:
        return { status: 404 };
    }
  }
  return {
    section: {
      kind: "hostedsuite",
      generation: "v2",
      tenant: "acme",
      username: "api",
      password: 'pa"ss',
      currency: "USD",
      timeZone,
      cost: perUnit,
      chargeWindow: { months: 240 },
    },
    book,
    hides: new Set(zone),
    refusal: () =>
      draw.pick([
        failure(500, "Exception", "Client is on credit hold"),
        failure(400, "ArgumentException", "Notes is invalid"),
        failure(500, "Exception", "Quantity is required"),
      ]),
    breakdown: () => failure(500, "NullReferenceException", "Object reference not set to an instance of an object."),
    isWrite: ({ path }) => /\/(save|update|archive|restore|new)$/.test(path),
    shows: (entry) => ({ status: 200, json: entry.kind === "customer" ? clientRow(entry) : chargeRow(entry) }),
    answer,
  };
}

export function createHostedSuiteV3Writer(draw: Draw, now: () => number): Writer {
  const { book, timeZone, zone, perUnit, day, time, number } = habitsOf(draw, now);
  const leavesOut = draw.choose("defaults are left out", [true, true, false]); // 7.4
  const casing = draw.choose("casing", ["camel", "camel", "Pascal"]); // 7.4
  const answers = draw.choose("answers to writes", ["record", "record", "id"]); // silent
  const range = draw.choose("range filter", ["honoured", "ignored"]); // 7.2
  const acknowledges = draw.choose("DELETE answers", ["204", "nothing", "{}"]); // 7.1

  const cased = (members: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(
      Object.entries(members)
        .filter(([, value]) => value != null && !(leavesOut && (value === false || value === 0)))
        .map(([name, value]) => [casing === "camel" ? name : name.replace(/^\w/, (letter) => letter.toUpperCase()), value]),
    );
  const audit = ({ made, touched, archived }: Entry) => ({
    dateCreated: time(made),
    dateLastModified: time(touched),
    dateArchived: archived ? time(touched) : undefined,
  });
  const clientRow = (entry: Entry): object =>
    cased({
      id: entry.id,
      _DisplayName: entry.values["name"],
      name: entry.values["name"],
      billingEmailAddresses: entry.values["email"] ? [cased({ address: entry.values["email"], type: "To" })] : undefined,
      phoneNumbers: entry.values["phone"] ? [cased({ number: entry.values["phone"] })] : undefined,
      thirdPartyInfo: entry.values["reference"] ? cased({ thirdPartyAccountId: entry.values["reference"] }) : undefined,
      billingAddress:
        entry.values["line1"] || entry.values["address.city"]
          ? cased({ id: "x", street1: entry.values["line1"], city: entry.values["address.city"] })
          : undefined,
      ...audit(entry),
    });
  const chargeRow = (entry: Entry): object =>
    cased({
      id: entry.id,
      clientId: entry.owner,
      serviceId: service,
      serviceName: "Phone",
      dateOfCharge: day(entry.values["date"]),
      quantity: number(entry.values["quantity"] ?? "0"),
      cost: number(
        entry.values["amount"] == null
          ? null
          : perUnit === "unit"
            ? (entry.values["cost"] ?? entry.values["amount"])
            : entry.values["amount"],
      ),
      notes: entry.values["notes"],
      description: entry.values["description"],
      memorized: entry.values["memorized"] === "true",
      ...audit(entry),
    });
  const taxRow = (entry: Entry): object => {
    const flat = entry.values["fixedAmount"] != null;
    return cased({
      id: entry.id,
      name: entry.values["name"],
      type: flat ? "Flat" : leavesOut ? undefined : "Percentage",
      rate: number(flat ? entry.values["fixedAmount"] : (entry.values["rate"] ?? "0")),
      ...audit(entry),
    });
  };
  const failure = (status: number, errorCode: string, message: string): Given => ({
    status,
    json: { responseStatus: { errorCode, message, errors: [] } },
  });
  const collections = {
    clients: { kind: "customer", row: clientRow },
    charges: { kind: "charge", row: chargeRow },
    taxes: { kind: "tax", row: taxRow },
  } as const;

  function valuesFor(kind: string, member: (name: string) => unknown, old: Values): Values {
    if (kind === "customer") {
      const [email] = (member("billingEmailAddresses") ?? []) as { address?: string }[];
      const [phone] = (member("phoneNumbers") ?? []) as { number?: string }[];
      const address = (member("billingAddress") ?? {}) as { street1?: string; city?: string };
      const reference = (member("thirdPartyInfo") as { thirdPartyAccountId?: string } | undefined)?.thirdPartyAccountId;
      return valuesOf({
        name: member("name"),
        email: email?.address,
        phone: phone?.number,
        reference,
        line1: address.street1,
        "address.city": address.city,
      });
    }
    if (kind === "tax") {
      const rate = decimalIn(member("rate"));
      const flat = member("type") === "Flat";
      return {
        ...valuesOf({ name: member("name") }),
        ...(rate !== null && { rate: flat ? null : rate, fixedAmount: flat ? rate : null }),
      };
    }
    const cost = decimalIn(member("cost"));
    const quantity = decimalIn(member("quantity"));
    const counted = quantity ?? old["quantity"];
    const unit = cost ?? (perUnit === "unit" ? old["cost"] : null) ?? null;
    const amount = perUnit === "unit" ? (unit === null ? null : timesQuantity(unit, counted)) : cost;
    const memorized = member("memorized") == null ? null : String(member("memorized"));
    return valuesOf({
      amount,
      quantity,
      notes: member("notes"),
      description: member("description"),
      date: member("dateOfCharge"),
      memorized,
      ...(perUnit === "unit" && { cost: unit }),
    });
  }

  function answer({ path, query, headers, method, body }: Asked): Given {
    if (headers.authorization !== `acme ${Buffer.from("api:pa:ss").toString("base64")}`)
      return failure(401, "Unauthorized", "No");
    if (path === "auth/info") return { status: 200, json: { isAuthenticated: true } };
    const [name = "", id] = path.split("/");
    if (name === "services")
      return { status: 200, json: { items: [cased({ id: service, name: "Phone" })], totalCount: 1, totalPages: 1 } };
    if (!Object.hasOwn(collections, name)) return failure(404, "NotFound", "no such route");
    const { kind, row } = collections[name as keyof typeof collections];
    const member = membersOf(JSON.parse(body || "{}"));
    const shown = (entry: Entry): Given => ({ status: 200, json: answers === "id" ? cased({ id: entry.id }) : row(entry) });
    if (id === undefined && method === "POST") {
      const owner = (member("clientId") as string | undefined) ?? null;
      if (kind === "charge" && !book.find("customer", owner)) return failure(500, "Exception", "Client not found");
      return shown(book.add(kind, owner, valuesFor(kind, member, {})));
    }
    if (id !== undefined) {
      const entry = book.find(kind, id);
      if (!entry) return failure(404, "NotFoundException", "The record was not found");
      if (method === "GET") return { status: 200, json: row(entry) };
      if (method === "DELETE") {
        book.archive(entry, true);
        return acknowledges === "204" ? { status: 204 } : { status: 200, json: acknowledges === "{}" ? {} : undefined };
      }
      if (member("__Restore") === true) return shown(book.archive(entry, false));
      return shown(book.change(entry, valuesFor(kind, member, entry.values)));
    }
    const ids = query.get("ids")?.split(",");
    const owner = query.get("clientId");
    const [, start, end] = /^\{(?:start:([\d-]+))?,?(?:end:([\d-]+))?\}$/.exec(query.get("dateCreated") ?? "") ?? [];
    const found = book
      .of(kind)
      .filter((entry) => query.get("archived") === "true" || !entry.archived)
      .filter((entry) => (ids?.includes(entry.id) ?? true) && (owner === null || entry.owner === owner))
      .filter(
        ({ made }) =>
          range === "ignored" || ((start ?? "") <= localTime(made, timeZone) && localTime(made, timeZone) <= `${end ?? "9"}`),
      );
    const [size, page] = [Number(query.get("countPerPage") ?? "25"), Number(query.get("page") ?? "0")];
    const items = found.slice(page * size, (page + 1) * size).map(row);
    return { status: 200, json: { items, totalCount: found.length, totalPages: Math.ceil(found.length / size) } };
  }

  return {
    section: {
      kind: "hostedsuite",
      generation: "v3",
      tenant: "acme",
      username: "api",
      password: "pa:ss",
      currency: "USD",
      timeZone,
      cost: perUnit,
    },
    book,
    hides: new Set(zone),
    refusal: () =>
      draw.pick([
        failure(500, "Exception", "Quantity is required"),
        failure(400, "ValidationException", "Name must be shorter"),
        failure(403, "ForbiddenException", "No"),
      ]),
    breakdown: () => failure(500, "SqlException", "Timeout expired."),
    isWrite: ({ method }) => method !== "GET",
    shows: (entry) => ({
      status: 200,
      json: entry.kind === "customer" ? clientRow(entry) : entry.kind === "tax" ? taxRow(entry) : chargeRow(entry),
    }),
    answer,
  };
}
