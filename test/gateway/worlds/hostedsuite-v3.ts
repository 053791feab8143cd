import { type Asked, type Given, numberAs } from "./serving.ts";
import { counterFrom, instantOf, type Simulator } from "./simulator.ts";
import { type Draw, decimalOf, drawWorld, type Line, type Person } from "./world.ts";

/** HostedSuite v3, from its contract, section 7: REST under /api, lists { items, totalCount, totalPages }. */
export function createHostedSuiteV3(draw: Draw, mostPeople: number): Simulator {
  const idForm = draw.choose("ids", ["growing", "scattered"]);
  const idOf = (kind: string, n: number): string => {
    const number = idForm === "growing" ? n : (n * 2_654_435_761) % 4_294_967_296;
    return `${kind === "line" ? "c" : "a"}${"0".repeat(15)}${number.toString(16).padStart(8, "0")}`;
  };
  const world = drawWorld(draw, idOf, mostPeople);
  const timeZone = draw.choose("timeZone", ["America/New_York", "Europe/Berlin", "UTC", "Australia/Lord_Howe"]);
  const date = draw.choose("dates", ["day", "clock", "iso", "american", "zoned", "dotNet"]); // 2.7, without zone
  const maximum = draw.choose("page maximum", [10_000, 10_000, 25, 7]); // 7.3
  const leavesOut = draw.choose("defaults are left out", [true, true, false]); // 7.4
  const empty = draw.choose("empty list", ["[]", "absent, total 0"]); // 7.4
  const counts = draw.choose("counts", ["both", "total", "as text"]); // 7.3
  const casing = draw.choose("casing", ["camel", "camel", "Pascal"]); // 7.4
  const sorts = draw.choose("sorting", ["honoured", "honoured", "ignored"]);
  const rangeFilter = draw.choose("range filter", ["honoured", "ignored", "start is exclusive of its bare end day"]); // 7.2
  const ownerFilter = draw.choose("client filter", ["honoured", "honoured", "ignored"]); // 7.2
  const memorizedFilter = draw.choose("memorized filter", ["honoured", "ignored"]);
  const costForm = draw.choose("numbers", ["plain", "padded", "exponent"] as const);
  const noise = new Map<string, number>();
  const noiseOf = (id: string): number => {
    const known = noise.get(id) ?? draw.next();
    noise.set(id, known);
    return known;
  };

  const cased = (members: Readonly<Record<string, unknown>>): object => {
    const kept = Object.entries(members).filter(
      ([, value]) => value !== undefined && value !== null && !(leavesOut && (value === false || value === 0)),
    );
    const named =
      casing === "camel" ? kept : kept.map(([name, value]) => [name.replace(/^\w/, (letter) => letter.toUpperCase()), value]);
    return Object.fromEntries(named) as object;
  };
  const number = (decimal: string): unknown => (Number(decimal) === 0 && leavesOut ? 0 : numberAs(costForm, decimal));

  /** A calendar day, of which the time of day means nothing (2.7). */
  const dayWritten = (day: string): string => {
    const [year = "", month = "", of = ""] = day.split("-");
    if (date === "day") return day;
    if (date === "clock" || date === "zoned") return `${day} 00:00:00`;
    if (date === "iso") return `${day}T00:00:00.0000000`;
    if (date === "american") return `${Number(month)}/${Number(of)}/${year} 12:00:00 AM`;
    return `${day}T00:00:00`;
  };
  /** An instant: local to the tenant where it names no zone. */
  const timeWritten = (written: string): string => {
    const [day = "", clock = ""] = written.split(" ");
    const [year = "", month = "", of = ""] = day.split("-");
    if (date === "iso") return `${day}T${clock}.1234567`.replace(".1234567", ".0000000");
    if (date === "zoned") return instantOf(written, timeZone);
    if (date === "american") {
      const [hour = "", minute = "", second = ""] = clock.split(":");
      const half = Number(hour) < 12 ? "AM" : "PM";
      return `${Number(month)}/${Number(of)}/${year} ${Number(hour) % 12 || 12}:${minute}:${second} ${half}`;
    }
    if (date === "dotNet") return `/Date(${Date.parse(instantOf(written, timeZone))})/`;
    return written;
  };

  const services = ["5".repeat(24), "6".repeat(24)];
  const serviceName = (id: string): string => (id.startsWith("5") ? "Phone " : "Desk");
  const serviceOf = ({ id }: Line): string => services[Number.parseInt(id.slice(-1), 16) % 2] ?? "";
  const audit = (made: string, archived: boolean) => ({
    dateCreated: timeWritten(made),
    dateLastModified: timeWritten(made),
    dateArchived: archived ? timeWritten("2026-09-20 10:00:00") : undefined,
  });
  const personRow = ({ id, name, email, phone, reference, archived, made }: Person): object =>
    cased({
      id,
      _DisplayName: name,
      name,
      billingEmailAddresses:
        email === null ? undefined : [cased({ address: "cc@example.com", type: "Cc" }), cased({ address: email, type: "To" })],
      phoneNumbers: phone === null ? undefined : [cased({ name: "Main", number: phone })],
      thirdPartyInfo: reference === null ? undefined : cased({ thirdPartyAccountId: reference }),
      ...audit(made, archived),
    });
  const lineRow = (line: Line): object => {
    const { id, owner, day, amount, quantity, text, repeats, archived, made } = line;
    return cased({
      id,
      _DisplayName: "A charge",
      clientId: owner,
      clientName: world.people.find((person) => person.id === owner)?.name,
      serviceId: serviceOf(line),
      serviceName: serviceName(serviceOf(line)),
      dateOfCharge: day === null ? undefined : dayWritten(day),
      quantity: number(String(quantity)),
      // A nullable number that is 0 is sent (7.4).
      cost: amount === null ? undefined : numberAs(costForm, decimalOf(amount, 2)),
      description: text ?? undefined,
      memorized: repeats,
      ...audit(made, archived),
    });
  };

  function page<T extends { readonly id: string }>(found: T[], query: URLSearchParams, row: (item: T) => object): Given {
    const ids = query.get("ids");
    const wanted = ids === null ? found : found.filter(({ id }) => ids.split(",").includes(id));
    const size = Math.min(Number(query.get("countPerPage") ?? "25") || 25, maximum);
    const number = Number(query.get("page") ?? "0");
    const rows = wanted.slice(number * size, (number + 1) * size);
    const [total, pages] = [wanted.length, Math.ceil(wanted.length / size)];
    const asCount = (count: number): unknown => (counts === "as text" ? String(count) : count);
    if (total === 0 && empty === "absent, total 0")
      return { status: 200, json: { totalCount: asCount(0), totalPages: asCount(0) } };
    const told = { totalCount: asCount(total), totalPages: counts === "total" ? undefined : asCount(pages) };
    return { status: 200, json: cased({ items: rows.map(row), ...told }) };
  }

  function sorted<T extends { readonly id: string }>(
    found: readonly T[],
    query: URLSearchParams,
    keyOf: (item: T, field: string) => string,
  ): T[] {
    const field = query.get("sortField") ?? "";
    const back = /^desc/i.test(query.get("sortOrder") ?? "") ? -1 : 1;
    const key = (item: T): string => (field === "" || sorts === "ignored" ? "" : keyOf(item, field));
    return found.toSorted((one, other) => {
      const [left, right] = [key(one), key(other)];
      return left === right ? noiseOf(one.id) - noiseOf(other.id) : (left < right ? -1 : 1) * back;
    });
  }

  const failure = (status: number, errorCode: string, message: string): Given => ({
    status,
    json: { responseStatus: { errorCode, message, errors: [] } },
  });

  function chargesFor(query: URLSearchParams): Line[] {
    const archived = query.get("archived") === "true";
    const client = query.get("clientId");
    const range = /^\{(?:start:([\d-]+))?,?(?:end:([\d-]+))?\}$/.exec(query.get("dateOfCharge") ?? "");
    const memorized = query.get("memorized");
    return world.lines
      .filter((line) => archived || !line.archived)
      .filter(({ owner }) => client === null || ownerFilter === "ignored" || owner === client)
      .filter(({ repeats }) => memorized === null || memorizedFilter === "ignored" || String(repeats) === memorized)
      .filter(({ day }) => {
        if (!range || rangeFilter === "ignored") return true;
        // A bare end date may mean its midnight (2.7), and so may a day.
        return day !== null && (range[1] === undefined || day >= range[1]) && (range[2] === undefined || day <= range[2]);
      });
  }

  function answer({ path, query: sent, headers, method }: Asked): Given {
    // Names are case-insensitive (7.2).
    const query = new URLSearchParams([...sent].map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]));
    const credentials = `acme ${Buffer.from("api:pa:ss").toString("base64")}`;
    if (headers.authorization !== credentials) {
      return path === "auth/info" ? { status: 200, json: { isAuthenticated: false } } : failure(401, "Unauthorized", "No");
    }
    if (method !== "GET") return failure(404, "NotFound", "no such route");
    const archived = query.get("archived") === "true";
    const [collection = "", id] = path.split("/");
    const missing = failure(404, "NotFoundException", "The record was not found");
    if (path === "auth/info") return { status: 200, json: { isAuthenticated: true } };
    if (collection === "clients") {
      if (id !== undefined) {
        const found = world.people.find((person) => person.id === id);
        return found ? { status: 200, json: personRow(found) } : missing;
      }
      const text = query.get("query")?.toLowerCase();
      const found = world.people
        .filter((person) => archived || !person.archived)
        .filter(({ name }) => text === undefined || name.toLowerCase().includes(text));
      return page(
        sorted(found, query, (person, field) => (field === "name" ? person.name.toLowerCase() : person.id)),
        query,
        personRow,
      );
    }
    if (collection === "charges") {
      if (id !== undefined) {
        const found = world.lines.find((line) => line.id === id);
        return found ? { status: 200, json: lineRow(found) } : missing;
      }
      return page(
        sorted(chargesFor(query), query, (line, field) => (field === "dateOfCharge" ? (line.day ?? "") : line.id)),
        query,
        lineRow,
      );
    }
    if (collection === "services") {
      return page(
        services.map((each) => ({ id: each })),
        query,
        ({ id: service }) => cased({ id: service, name: serviceName(service), dateCreated: timeWritten("2025-01-01 10:00:00") }),
      );
    }
    if (collection === "taxes") {
      return page(
        sorted(world.duties, query, (duty, field) => (field === "name" ? duty.name : duty.id)),
        query,
        (duty) =>
          cased({
            id: duty.id,
            name: duty.name,
            // The default of an enum is left out (7.4).
            type: duty.flat ? "Flat" : leavesOut ? undefined : "Percentage",
            rate: number(decimalOf(duty.rate, 2)),
          }),
      );
    }
    return missing;
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
    },
    world,
    answer,
    nextId: counterFrom(idOf),
    removes: true,
    provesGone: true,
    people: () =>
      world.people.map(({ id, name, email, phone, reference, archived, made }) => ({
        backendId: id,
        texts: [name, email, reference],
        shown: {
          name,
          email,
          phone,
          reference,
          status: archived ? "ARCHIVED" : "ACTIVE",
          amountDue: null,
          createdAt: instantOf(made, timeZone),
        },
      })),
    charges: () =>
      world.lines.map((line) => {
        const { id, owner, day, amount, quantity, text, repeats, archived, made } = line;
        return {
          backendId: id,
          owner,
          day,
          service: serviceOf(line),
          texts: [text],
          shown: {
            name: text ?? serviceName(serviceOf(line)),
            // An absent cost is 0 or not priced (7.4): here it is never 0.
            amount: amount === null ? null : { amount: decimalOf(amount, 0), currency: "USD" },
            date: day,
            quantity: String(quantity),
            kind: repeats ? "RECURRING" : "ONE_OFF",
            status: archived ? "ARCHIVED" : "DEFINED",
            createdAt: instantOf(made, timeZone),
          },
        };
      }),
    taxes: () =>
      world.duties.map(({ id, name, rate, flat }) => ({
        backendId: id,
        texts: [name],
        shown: { name, rate: flat ? null : decimalOf(rate, 0) },
      })),
  };
}

const names = new Map(
  ["page", "countPerPage", "sortField", "sortOrder", "query", "ids", "archived", "clientId", "dateOfCharge", "memorized"].map(
    (name) => [name.toLowerCase(), name],
  ),
);
