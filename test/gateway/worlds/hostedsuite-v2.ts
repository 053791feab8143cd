import { type Asked, type Given, numberAs } from "./serving.ts";
import { counterFrom, instantOf, type Simulator } from "./simulator.ts";
import { type Draw, decimalOf, drawWorld, type Line, type Person } from "./world.ts";

/** HostedSuite v2, from its contract, sections 2 to 6: POST with credentials in the body, bare arrays. */
export function createHostedSuiteV2(draw: Draw, mostPeople: number): Simulator {
  const idOf = (kind: string, n: number): string =>
    `${kind === "line" ? "c" : "a"}${"0".repeat(15)}${n.toString(16).padStart(8, "0")}`;
  const drawn = drawWorld(draw, idOf, mostPeople);
  const today = Temporal.Now.plainDateISO("UTC");
  // Without dates the gateway asks for the last months: all days lie within them.
  const shift = today.since("2026-11-30").days;
  const moved = (day: string): string => Temporal.PlainDate.from(day).add({ days: shift }).toString();
  const world = { ...drawn, lines: drawn.lines.map((line) => ({ ...line, day: line.day && moved(line.day) })) };
  const timeZone = draw.choose("timeZone", ["America/New_York", "Europe/Berlin", "UTC"]);
  const date = draw.choose("dates", ["clock", "clock", "iso", "american", "zoned"]); // 2.7
  const all = draw.choose("charges/all", ["exists", "404 page", "404 envelope", "405"]); // 15
  const archivedListed = draw.choose("archived clients are listed", [true, false]); // 4.6
  const state = draw.choose("EntityStatus of clients", ["shown", "absent"]); // 6.2
  const endDate = draw.choose("EndDate is its midnight", [true, false]); // 2.7
  const selector = draw.choose("DateSelector", ["honoured", "honoured", "ignored"]); // 2.5
  const order = draw.choose("order", ["unsorted", "by date"]); // silent
  const form = draw.choose("numbers", ["plain", "padded", "exponent"] as const);
  const wrongLogin = draw.choose("wrong login", [500, 401]);
  const spare = new Map<string, number>();
  const noiseOf = (id: string): number => {
    const known = spare.get(id) ?? draw.next();
    spare.set(id, known);
    return known;
  };
  // Without a state, an archived client that is listed is not told from another: leave such worlds out.
  const hidesArchived = !archivedListed || state === "absent";

  const withoutNulls = (members: object): object =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value != null));
  const timeWritten = (written: string, isDay = false): string => {
    const [day = "", clock = ""] = written.split(" ");
    const [year = "", month = "", of = ""] = day.split("-");
    if (date === "iso") return `${day}T${clock}`;
    if (date === "zoned") return isDay ? day : instantOf(written, timeZone);
    if (date === "american") return `${Number(month)}/${Number(of)}/${year} ${clock}`;
    return written;
  };
  const personRow = ({ id, name, reference, archived, made }: Person): object =>
    withoutNulls({
      Id: id,
      DateLastModified: timeWritten(made),
      Name: name,
      CenterId: "1".repeat(24),
      ThirdPartyAccountId: reference ?? (draw.chance(0.5) ? "" : null),
      CallAllowanceType: "NotBillable",
      CallAllowanceAmount: 0,
      EntityStatus: state === "shown" ? (archived ? "Archived" : "Active") : null,
    });
  const contactsOf = ({ id, name, email, phone }: Person): object[] =>
    email === null && phone === null
      ? []
      : [
          withoutNulls({
            Id: `d${id.slice(1)}`,
            ClientId: id,
            ClientName: name,
            Name: "A Person",
            EmailAddresses: email === null ? [] : [{ Id: "e", Address: email, Name: "Work" }],
            PhoneNumbers: phone === null ? null : [{ Id: "f", Name: "Work", Number: phone, Mobile: false }],
          }),
        ];
  const lineRow = ({ id, owner, day, amount, quantity, text, repeats, archived, made }: Line): object =>
    withoutNulls({
      EntityStatus: archived ? "Archived" : "Active",
      Id: id,
      ClientId: owner,
      ClientName: world.people.find((person) => person.id === owner)?.name,
      DateCreated: timeWritten(made),
      DateOfCharge: day && timeWritten(`${day} 00:00:00`, true),
      DateLastModified: timeWritten(made),
      Service: "Phone",
      ServiceId: "5".repeat(24),
      Quantity: numberAs(form, String(quantity)),
      Cost: amount === null ? null : numberAs(form, decimalOf(amount, 2)),
      Description: text,
      Memorized: repeats,
    });

  const failure = (status: number, ErrorCode: string, Message: string): Given => ({
    status,
    json: { ResponseStatus: { ErrorCode, Message, Errors: [] } },
  });

  function answer({ path, body }: Asked): Given {
    const sent = new Map(
      Object.entries(JSON.parse(body || "{}") as Record<string, unknown>).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const text = (name: string): string | null => (sent.get(name.toLowerCase()) as string | null | undefined) ?? null;
    if (text("UserName") !== "api" || text("Password") !== 'pa"ss' || text("CustomerName") !== "acme") {
      return failure(wrongLogin, wrongLogin === 401 ? "Unauthorized" : "SecurityException", "No");
    }
    const client = text("ClientId");
    if (path === "authenticate") return { status: 200, json: { Authenticated: true, Name: "API" } };
    if (path === "clients") {
      const found = world.people.filter(({ id, archived }) => (client === null ? !(hidesArchived && archived) : id === client));
      const reference = text("ThirdPartyAccountId");
      const rows = found.filter((person) => reference === null || person.reference === reference);
      return { status: 200, json: rows.toSorted((one, other) => noiseOf(one.id) - noiseOf(other.id)).map(personRow) };
    }
    if (path === "contacts") {
      const found = world.people.filter(({ id }) => client === null || id === client);
      return { status: 200, json: found.flatMap(contactsOf) };
    }
    if (path === "services") return { status: 200, json: [{ Id: "5".repeat(24), Name: "Phone" }] };
    if (path === "charges" || path === "charges/all") {
      if (path === "charges/all" && all === "404 page") return { status: 404 };
      if (path === "charges/all" && all === "405") return failure(405, "NotImplementedException", "no");
      if (path === "charges/all" && all === "404 envelope") return failure(404, "NotFound", "Handler for request not found");
      const [start, end] = [text("StartDate"), text("EndDate")];
      if (start === null || end === null) return failure(400, "ArgumentNullException", "Value cannot be null.");
      const bySelector = (line: Line): string | null =>
        selector === "honoured" && text("DateSelector") === "DateCreated" ? line.made : line.day && `${line.day} 00:00:00`;
      const last = end.length > 10 ? end : `${end} ${endDate ? "00:00:00" : "23:59:59"}`;
      const found = world.lines.filter((line) => {
        const at = bySelector(line);
        const isManual = path === "charges" || sent.get("includemanualcharges") === true;
        return (client === null || line.owner === client) && at !== null && at >= start && at <= last && isManual;
      });
      const rows =
        order === "by date"
          ? found.toSorted((one, other) => (`${one.day}` < `${other.day}` ? -1 : 1))
          : found.toSorted((one, other) => noiseOf(one.id) - noiseOf(other.id));
      return { status: 200, json: rows.map(lineRow) };
    }
    return failure(404, "NotFound", "no such route");
  }

  const withDay = (lines: readonly Line[]): Line[] => lines.filter(({ day }) => day !== null);
  return {
    section: {
      kind: "hostedsuite",
      generation: "v2",
      tenant: "acme",
      username: "api",
      password: 'pa"ss',
      currency: "USD",
      timeZone,
      chargeWindow: { months: 240 },
    },
    world,
    answer,
    nextId: counterFrom(idOf),
    removes: true,
    // Without charges/all, nothing lists the memorized ones (4.8).
    provesGone: all === "exists",
    people: () =>
      world.people
        .filter(({ archived }) => !(hidesArchived && archived))
        .map(({ id, name, email, phone, reference, archived }) => ({
          backendId: id,
          texts: [name, reference],
          shown: { name, email, phone, reference, status: archived ? "ARCHIVED" : "ACTIVE", amountDue: null },
        })),
    charges: () =>
      withDay(world.lines).map(({ id, owner, day, amount, quantity, text, repeats, archived, made }) => ({
        backendId: id,
        owner,
        day,
        service: "5".repeat(24),
        texts: [text],
        shown: {
          name: text ?? "Phone",
          amount: amount === null ? null : { amount: decimalOf(amount, 0), currency: "USD" },
          date: day,
          quantity: String(quantity),
          kind: repeats ? "RECURRING" : "ONE_OFF",
          status: archived ? "ARCHIVED" : "DEFINED",
          createdAt: instantOf(made, timeZone),
        },
      })),
    taxes: () => [],
  };
}
