import { createRandom } from "../../../src/sandbox/variations.ts";
import * as tallybook from "../../invented/index.ts";
import { registry } from "../../invented/start.ts";
import { startGatewayOf } from "../../support/gateway.ts";
import { type Draw, drawFrom } from "../worlds/world.ts";
import type { Writer } from "./book.ts";
import { createEnswitchWriter } from "./enswitch.ts";
import { createHostedSuiteV2Writer, createHostedSuiteV3Writer } from "./hostedsuite.ts";
import type { Key } from "./moves.ts";
import { serveWriter } from "./serving.ts";
import { createTallyWriter } from "./tally.ts";
import { createV01Writer } from "./v01.ts";

/** Starts backends with a few records, and gateways over them. */

const writers: Readonly<Record<Key, (draw: Draw, now: () => number) => Writer>> = {
  pbx: createEnswitchWriter,
  suite: createHostedSuiteV2Writer,
  offices: createHostedSuiteV3Writer,
  recurring: createV01Writer,
  tally: createTallyWriter,
};

/** The age of the records that are there at the beginning: older than every look for a new one. */
const oldMs = 5 * 86_400_000;

/** A backend with habits drawn by a seed, and a few old records. @param forced habits that are not drawn, by their names */
export async function openBackend(key: Key, habits: number, forced: Readonly<Record<string, unknown>> = {}) {
  const draw = drawFrom(createRandom(habits), forced);
  const skewMs = draw.choose("clock ahead by hours", [0, 0, 5, -5]) * 3_600_000;
  const writer = writers[key](draw, () => Date.now() + skewMs);
  const { book } = writer;
  book.ignoresEmpty = draw.choose("empty texts", ["clear", "clear", "are ignored"]) === "are ignored";
  const today = Temporal.Now.plainDateISO("UTC").toString();
  for (const name of ["First", "Second"]) {
    const owner = book.add("customer", null, { name, firstName: "Ada", lastName: name, email: "x@example.com" }, "", oldMs);
    const seconds = String(Math.floor(Date.parse(`${today}T00:00:00Z`) / 1000));
    book.add(
      "charge",
      owner.id,
      {
        name: "Old",
        description: "Old",
        notes: "Old",
        amount: "19.99",
        cost: "19.99",
        quantity: "1",
        date: today,
        period: "once",
      },
      key === "pbx" ? seconds : "",
      oldMs,
    );
  }
  book.add("tax", null, { name: "VAT", rate: "19", effectiveDate: "2026-01-01" }, "", oldMs);
  book.effects.length = 0;
  const serving = await serveWriter(writer, skewMs);
  return { key, draw, writer, serving };
}

export type Backend = Awaited<ReturnType<typeof openBackend>>;

/** A gateway over backends. */
export function openGateway(backends: readonly Backend[]) {
  const sections = backends.map(({ key, writer, serving }) => [
    key,
    { ...writer.section, url: serving.url, circuit: { failures: 1_000 } },
  ]);
  return startGatewayOf(Object.fromEntries(sections), {
    registry: { ...registry, tallybook },
    duplicates: { charges: "off" },
  });
}
