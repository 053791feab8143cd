import type { CallScope } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import type { Duplicates, Target } from "../journal/target.ts";
import { BillingError } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";
import { today } from "../model/zones.ts";
import { createLedger } from "./ledger.ts";
import type { Repeatable } from "./mutation.ts";

/** The part of the configuration's `duplicates` that concerns single charges. */
export interface DuplicateSettings {
  readonly handling: "off" | "warn" | "refuse";
  /** How far back recorded charges are compared. */
  readonly windowHours: number;
}

/**
 * Decides how new charges of one call that look like earlier ones are handled. If the caller asks for it, the charges of their
 * customers are first read from the backends.
 */
export async function compareCharges(
  { allowDuplicate, compareWithBackend }: Repeatable,
  targets: readonly Target[],
  { handling, windowHours, backends, scope }: DuplicateSettings & { readonly backends: Backends; readonly scope: CallScope },
): Promise<Duplicates | undefined> {
  if (handling === "off" || allowDuplicate === true) return undefined;
  const since = new Date(Date.now() - windowHours * 3_600_000).toISOString();
  if (!compareWithBackend) return { handling, since };
  return { handling, since, held: await held(targets, backends, scope) };
}

/** By target: ids of similar charges in its backend. Charges of rate plans are left out: no list gives them by plan. */
async function held(
  targets: readonly Target[],
  backends: Backends,
  scope: CallScope,
): Promise<ReadonlyMap<number, readonly string[] | BillingError>> {
  const now = new Date().toISOString();
  const todayIn = (backend: string): string => today(backends.get(backend)?.adapter.timeZone ?? "UTC");
  const open = targets.flatMap(({ backend, plan, belongsTo, comparable }, index) =>
    plan instanceof BillingError || !comparable || belongsTo == null || decodeId(belongsTo)?.type !== "Customer"
      ? []
      : [{ index, belongsTo, day: comparable.day ?? todayIn(backend), likenesses: comparable.likenesses(now) }],
  );
  if (open.length === 0) return new Map();
  const days = open.map(({ day }) => day).sort();
  const ledger = createLedger({ backends, from: days[0] ?? "", to: days.at(-1) ?? "", scope });
  await ledger.expect(open.map(({ belongsTo }) => belongsTo));
  return new Map(open.map(({ index, belongsTo, likenesses }) => [index, ledger.alike(belongsTo, likenesses)]));
}
