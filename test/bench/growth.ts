import { Command, InvalidArgumentError } from "commander";
import { runSandbox } from "../e2e/sandbox.ts";
import { askData, post } from "./asking.ts";
import { median, megabytes, regression, short, table } from "./figures.ts";
import { clearCalls, countCalls } from "./sandbox.ts";
import { type GatewayVariant, startGatewaySubject } from "./subjects.ts";

/**
 * `npm run bench -- growth`: doubles one size at a time. The cost of a query must not grow faster than what it asks for, and not
 * at all with what it does not ask for. Judged by calls, by the gateway's own processor time and by memory: response times
 * include the backends' own time.
 */

const wholeNumber =
  (minimum: number, maximum: number) =>
  (given: string): number => {
    const value = Number(given);
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  };

const command = new Command("bench growth")
  .description("Doubles customers, charges, page size and backends, one at a time, and shows how calls, time and memory grow.")
  .option("--steps <count>", "sizes of each dimension", wholeNumber(2, 6), 6)
  .option("--repeats <count>", "queries that a time is the median of", wholeNumber(1, 1000), 30)
  .option("--only <names>", "dimensions, with commas between", (names) => names.split(","))
  .parse();
const { steps, repeats, only } = command.opts<{ steps: number; repeats: number; only?: readonly string[] }>();

process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

/** The results for one size of a dimension. */
interface Point {
  readonly size: number;
  readonly calls: number;
  /** Response time, including the backends'. */
  readonly milliseconds: number;
  /** Processor time of the gateway alone, in milliseconds. */
  readonly processor: number;
  /** Bytes of resident memory after the queries. */
  readonly memory: number;
}

interface Dimension {
  readonly name: string;
  /** True if the query asks for more as the size grows, or its backend answers with more; else nothing may grow. */
  readonly asked: boolean;
  readonly sizes: readonly number[];
  readonly measure: (size: number) => Promise<Point>;
}

interface Query {
  readonly document: string;
  readonly variables?: object;
}

const pageOfCustomers = (first: number, backends?: readonly string[]): Query => ({
  document: `query ($first: Int!, $backends: [String!]) {
    customers(first: $first, backends: $backends) { nodes { id name } unavailable { code } }
  }`,
  variables: { first, ...(backends && { backends }) },
});

const doubled = (start: number, most: number): readonly number[] =>
  Array.from({ length: steps }, (_, step) => Math.min(start * 2 ** step, most)).filter(
    (size, index, all) => all.indexOf(size) === index,
  );

const fewest = 313;
const dimensions: readonly Dimension[] = [
  ...["pbx", "suite", "offices", "recurring"].map((key) => ({
    name: `customers of ${key}, a page of 20`,
    // HostedSuite v2 has no pages: it answers with all its clients.
    asked: key === "suite",
    sizes: doubled(fewest, 10_000),
    measure: (size: number) => measureWith(size, size, pageOfCustomers(20, [key])),
  })),
  {
    name: "charges of one customer, the newest 20",
    asked: false,
    sizes: doubled(20, 640),
    measure: (size) => measureCharges(size),
  },
  {
    name: "page size",
    asked: true,
    sizes: doubled(5, 160),
    measure: (size) => measureWith(size, fewest, pageOfCustomers(size, ["offices"])),
  },
  {
    name: "customers of a page with 3 charges each",
    asked: true,
    sizes: doubled(5, 80),
    measure: (size) =>
      measureWith(size, fewest, {
        document: `query ($first: Int!) {
          customers(first: $first, backends: ["recurring"]) { nodes { id charges(first: 3) { nodes { id } } } }
        }`,
        variables: { first: size },
      }),
  },
  {
    name: "backends configured, one asked",
    asked: false,
    sizes: doubled(4, 128),
    measure: (size) => measureWith(size, fewest, pageOfCustomers(20, ["offices"]), { copies: copiesOf("offices", size - 4) }),
  },
  {
    name: "backends asked, all for one company",
    asked: true,
    sizes: doubled(4, 128),
    measure: (size) =>
      measureWith(
        size,
        fewest,
        {
          document: `query ($backends: [String!]) { customers(first: 20, backends: $backends, filter: { search: "no such company" }) { nodes { id } } }`,
          variables: { backends: Object.keys(copiesOf("offices", size)) },
        },
        { copies: copiesOf("offices", size) },
      ),
  },
];

const copiesOf = (key: string, count: number): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from({ length: Math.max(0, count) }, (_, index) => [`copy-${index}`, key]));

async function measureWith(size: number, customers: number, query: Query, variant: GatewayVariant = {}): Promise<Point> {
  await using sandbox = await runSandbox(customers);
  await using gateway = await startGatewaySubject(sandbox, "gateway", { ...variant, storeUrl: "sqlite::memory:" });
  return { size, ...(await measureQuery(sandbox, gateway, query)) };
}

/** The gateway writes the charges into the sandbox; the query reads only the newest of them. */
async function measureCharges(size: number): Promise<Point> {
  await using sandbox = await runSandbox(fewest);
  await using gateway = await startGatewaySubject(sandbox, "gateway", { storeUrl: "sqlite::memory:" });
  const { customers } = await askData<{ customers: { nodes: readonly { id: string }[] } }>(
    gateway.url,
    `{ customers(first: 1, backends: ["offices"]) { nodes { id } } }`,
  );
  const customerId = customers.nodes[0]?.id;
  const { services } = (
    await askData<{ backends: readonly { key: string; services: { nodes: readonly { id: string }[] } }[] }>(
      gateway.url,
      "{ backends { key services(first: 1) { nodes { id } } } }",
    )
  ).backends.find(({ key }) => key === "offices") ?? { services: { nodes: [] } };
  const write = `mutation ($charges: [ChargeSpec!]!) { createCharges(input: { charges: $charges }) { results { status } } }`;
  const mostTargets = 100;
  for (let written = 0; written < size; written += mostTargets) {
    const charges = Array.from({ length: Math.min(mostTargets, size - written) }, (_, index) => ({
      customerId,
      serviceId: services.nodes[0]?.id,
      amount: `${index + 1}`,
      date: daysBefore2025(written + index),
    }));
    await askData(gateway.url, write, { charges });
  }
  const document = `query ($id: ID!) { customer(id: $id) { charges(first: 20) { nodes { id } } } }`;
  return { size, ...(await measureQuery(sandbox, gateway, { document, variables: { id: customerId } })) };
}

/** One charge a day: a backend that pages by date must read all charges of a day. */
const daysBefore2025 = (days: number): string => new Date(Date.UTC(2025, 0, 1) - days * 86_400_000).toISOString().slice(0, 10);

type Started = Awaited<ReturnType<typeof startGatewaySubject>>;
type Sandbox = Awaited<ReturnType<typeof runSandbox>>;

async function measureQuery(sandbox: Sandbox, gateway: Started, { document, variables }: Query): Promise<Omit<Point, "size">> {
  const body = JSON.stringify({ query: document, variables });
  await askData(gateway.url, document, variables);
  await clearCalls(sandbox);
  await post(gateway.url, body);
  const calls = await countCalls(sandbox);
  // Warms up: code is compiled with use.
  for (let repeat = 0; repeat < repeats; repeat += 1) await post(gateway.url, body);
  const times: number[] = [];
  const before = await gateway.program.ask<number>("readProcessorTime");
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const started = performance.now();
    await post(gateway.url, body);
    times.push(performance.now() - started);
  }
  const used = (await gateway.program.ask<number>("readProcessorTime")) - before;
  return {
    calls: calls ?? Number.NaN,
    milliseconds: median(times),
    processor: used / 1000 / repeats,
    memory: gateway.program.memory()?.now ?? 0,
  };
}

/** Measured times vary: growth below this per doubling does not count. */
const noise = 1.25;
const linear = 2;

/** Growth per doubling of the size: from the curve size ** exponent closest to all points. */
function growth(points: readonly Point[], of: (point: Point) => number): number {
  return 2 ** regression(points.map((point) => [Math.log2(point.size), Math.log2(of(point))])).slope;
}

interface Growth {
  readonly calls: number;
  readonly processor: number;
  readonly memory: number;
}

function complaints({ name, asked }: Dimension, { calls, processor, memory }: Growth): string[] {
  // Measured times include a constant share, so growth may look smaller than it is, never larger.
  const limit = asked ? linear : 1;
  const allowed = asked ? "what is asked for" : "though nobody asks for more";
  return [
    ...(calls > limit * 1.001 ? [`${name}: calls grow ${short(calls)} x for each doubling, ${allowed}`] : []),
    ...(processor > limit * noise ? [`${name}: processor time grows ${short(processor)} x for each doubling, ${allowed}`] : []),
    ...(memory > limit * noise ? [`${name}: memory grows ${short(memory)} x for each doubling, ${allowed}`] : []),
  ];
}

const found: string[] = [];
for (const dimension of dimensions.filter(({ name }) => only === undefined || only.some((wanted) => name.startsWith(wanted)))) {
  const points: Point[] = [];
  for (const size of dimension.sizes) points.push(await dimension.measure(size));
  const factors = {
    calls: growth(points, ({ calls }) => calls),
    milliseconds: growth(points, ({ milliseconds }) => milliseconds),
    processor: growth(points, ({ processor }) => processor),
    memory: growth(points, ({ memory }) => memory),
  };
  const rows = points.map(({ size, calls, milliseconds, processor, memory }) => [
    String(size),
    String(calls),
    short(milliseconds),
    short(processor),
    megabytes(memory),
  ]);
  const { calls, milliseconds, processor, memory } = factors;
  const total = ["each doubling", ...[calls, milliseconds, processor, memory].map((factor) => `${short(factor)} x`)];
  console.log(
    [`### ${dimension.name}`, "", ...table(["size", "calls", "ms", "processor ms", "MB"], [...rows, total]), ""].join("\n"),
  );
  found.push(...complaints(dimension, factors));
}
console.log(
  found.length === 0
    ? "Nothing grows faster than what is asked for, and nothing with what is not."
    : ["Grows too fast:", ...found.map((complaint) => `- ${complaint}`)].join("\n"),
);
if (found.length > 0) process.exitCode = 1;
