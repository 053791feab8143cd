import type { ChargePosition, ChargeSet, ChargeWindow, Incomplete } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import { chargePosition, chargesBehind } from "../adapter/charge-order.ts";
import { BillingError, invalidInput, settle } from "../model/errors.ts";
import type { Charge, Ref } from "../model/model.ts";
import type { BackendFailure } from "../reads/pages.ts";
import type { Reads } from "../reads/reads.ts";
import { type Statement, statementOf } from "./statement.ts";

/** The days that a statement is of, both included: yyyy-MM-dd. */
export interface StatementRange {
  readonly from: string;
  readonly to: string;
}

const mostYears = 5;

/** How many charges of a customer are asked for at once: most backends give them all anyhow. */
const chargesAtOnce = 1000;

/**
 * Reads all charges of these customers in the range, one batch a backend, and sums them up. A backend of which some cannot be
 * read is named, and the rest of it counts. INVALID_INPUT at "to" for a range that ends before it begins, or is longer than
 * five years. limits.maxBackendCalls bounds the reads as any others.
 */
export async function readStatement(
  members: readonly Ref[],
  range: StatementRange,
  { reads, backends }: { readonly reads: Reads; readonly backends: Backends },
): Promise<Statement> {
  checkRange(range);
  const found = await Promise.all(
    members.map(async (member) => ({ member, charges: await settle(allCharges(member, range, reads)) })),
  );
  const unavailable = new Map<string, BackendFailure>();
  for (const { member, charges } of found) {
    const error = charges instanceof BillingError ? charges : charges.incomplete;
    if (error && !unavailable.has(member.backend)) unavailable.set(member.backend, { backend: member.backend, error });
  }
  const read = found.flatMap(({ charges }) => (charges instanceof BillingError ? [] : charges.charges));
  // A charge that two of the customers share is billed once.
  const each = new Map(read.map((charge) => [`${charge.backend}:${charge.id}`, charge]));
  const currencyOf = (key: string): string => backends.get(key)?.adapter.currency ?? "";
  return { ...statementOf([...each.values()], currencyOf), unavailable: [...unavailable.values()] };
}

function checkRange({ from, to }: StatementRange): void {
  if (to < from) throw invalidInput("to", "lies before from");
  const [year = "", ...day] = from.split("-");
  const last = [String(Number(year) + mostYears).padStart(4, "0"), ...day].join("-");
  if (to > last) throw invalidInput("to", `must not be more than ${mostYears} years after from`);
}

type AllCharges = Pick<ChargeSet, "charges" | "incomplete">;

async function allCharges({ backend, id }: Ref, { from, to }: StatementRange, reads: Reads): Promise<AllCharges> {
  const charges: Charge[] = [];
  let told: Incomplete = {};
  let after: ChargePosition | null = null;
  for (;;) {
    const window: ChargeWindow = { first: chargesAtOnce, after };
    const set = await reads.load.chargesOfCustomers.load({ backend, id, query: { from, to }, window });
    const behind = chargesBehind(set.charges, after);
    if (set.incomplete) told = { incomplete: set.incomplete };
    if (set.complete) return { charges: [...charges, ...behind], ...told };
    // Behind those asked for there may be gaps.
    const certain = behind.slice(0, chargesAtOnce);
    charges.push(...certain);
    const last = certain.at(-1);
    if (last === undefined) return { charges, ...told };
    after = chargePosition(last);
  }
}
