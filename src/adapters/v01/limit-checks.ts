import { checkOf, type Diagnosis, type Patient } from "../../adapter/doctoring/diagnosis.ts";
import { isLimitRefusal } from "./errors.ts";
import type { Ask, Query, ReadReply } from "./examining.ts";
import { smallerLimits } from "./page-limits.ts";
import type { V01Settings } from "./settings.ts";

/** The doctor's checks of `limit` and `offset` (contract 5.2, 6.2, A7). */

/** Asks for pages of sizes that show whether a limit is honoured, cut or refused. */
export async function limitCheck({ settings }: Patient<V01Settings>, ask: Ask, own: Query): Promise<Diagnosis> {
  const { pageMaximum } = settings;
  const check = checkOf("limit", `limit is honoured up to ${pageMaximum} (A7, a guess), and offset`);
  const list = (query: Query) => ask.get("GET /customers", "customers", { ...own, ...query });
  const large = await list({ limit: String(pageMaximum) });
  if (large.code !== null) {
    const allowed = await largestAllowed(pageMaximum, async (limit) => (await list({ limit: String(limit) })).code === null);
    const told = `limit=${pageMaximum} is refused with ${large.code}${allowed === null ? "" : `, and ${allowed} is not`}`;
    const setting = allowed === null ? null : `pageMaximum: ${allowed}`;
    return large.error && isLimitRefusal(large.error) ? check.differs(told, setting) : check.danger(told, setting);
  }
  const one = await list({ limit: "1" });
  const held = large.rows?.length ?? 0;
  if ((one.rows?.length ?? 0) > 1) return check.danger(`limit is ignored: ${one.rows?.length} rows for 1`);
  const beyond = await list({ limit: "1", offset: String(held) });
  const next = await list({ limit: "1", offset: "1" });
  if (held > 1 && next.rows?.[0]?.["id"] === one.rows?.[0]?.["id"]) return check.danger("offset is ignored");
  if (held > 0 && held < pageMaximum && (beyond.rows?.length ?? 0) > 0) {
    return check.differs(`a page has ${held} rows at most`, `pageMaximum: ${held}`);
  }
  return check.agrees(held < pageMaximum ? `all ${held} rows of the list came` : `${held} rows came`);
}

/** Checks the same for the list of a customer's entries, which are charges. */
export async function entriesLimitCheck(
  ask: Ask,
  customers: readonly string[],
  ledgers: readonly ReadReply[],
): Promise<Diagnosis> {
  const check = checkOf("entriesLimit", "limit and offset are honoured in lists of entries (6.2)");
  const owner = customers.find((_, index) => (ledgers[index]?.rows?.length ?? 0) > 1);
  if (owner === undefined) return check.untold("no customer has two entries");
  const at = async (offset: string) => {
    const query = { limit: "1", offset };
    return (await ask.get("GET /customers/{id}/transactions", `customers/${owner}/transactions`, query)).rows ?? [];
  };
  const [one, next] = [await at("0"), await at("1")];
  if (one.length > 1) return check.danger(`limit is ignored: ${one.length} rows for 1`);
  return next[0]?.["id"] === one[0]?.["id"] ? check.danger("offset is ignored") : check.agrees("pages advance");
}

async function largestAllowed(refused: number, isAllowed: (limit: number) => Promise<boolean>): Promise<number | null> {
  for (const limit of smallerLimits.filter((each) => each < refused)) if (await isAllowed(limit)) return limit;
  return null;
}
