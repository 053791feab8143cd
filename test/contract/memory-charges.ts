import type { CallScope, ChargeVerbs, ListCharges, WritePlan } from "../../src/adapter/adapter.ts";
import { chargesBehind, matchesCharge } from "../../src/adapter/charge-order.ts";
import { chargeKind } from "../../src/adapter/kit/reading.ts";
import { changing, creating } from "../../src/adapter/kit/taking.ts";
import { BillingError, notFound, unsupported } from "../../src/model/errors.ts";
import type {
  Charge,
  ChargeChange,
  ChargeInput,
  CreditInput,
  Money,
  Recurrence,
  RecurrenceInput,
} from "../../src/model/model.ts";
import { addMoney, money, negate } from "../../src/model/money.ts";
import { type Comparable, chargeAsked, chargeShown, creditAsked } from "./expected.ts";
import { checkRecurrence, mustExist } from "./memory-checks.ts";
import { getManyFrom, type MemoryConnection, type MemoryWrite, planOf } from "./memory-connection.ts";
import { lookForChanged, lookForCreated, lookForState } from "./memory-looking.ts";
import { liabilityKey } from "./memory-store.ts";
import { emptyCharge, stubOf } from "./memory-values.ts";

/**
 * The charges of a memory backend: DEFINED when created, OPEN when executed, VOIDED when voided. To change a voided charge is a
 * CONFLICT.
 */
export function chargeVerbs(connection: MemoryConnection): ChargeVerbs {
  const { store, can, takes } = connection;
  const { charges, customers, plans, services, taxes } = store;

  const stored = (id: string): Charge => mustExist(store.key, "The charge", charges, id);

  const read = async (id: string, scope: CallScope): Promise<Charge> => connection.read("charges/get", scope, () => stored(id));

  function put(charge: Charge): Charge {
    charges.set(charge.id, charge);
    return stored(charge.id);
  }

  function listBy(owners: ReadonlyMap<string, unknown>, ownerOf: (charge: Charge) => string | undefined): ListCharges {
    return (ownerIds, query, { first, after }, scope) =>
      connection.read("charges/list", scope, () => {
        const byOwner = Map.groupBy(charges.values(), ownerOf);
        return ownerIds.map((ownerId) => {
          if (!owners.has(ownerId)) return notFound(store.key, "The owner of the charges");
          const matching = (byOwner.get(ownerId) ?? []).filter((charge) => matchesCharge(charge, query));
          const behind = chargesBehind(matching, after);
          return { charges: behind.slice(0, first), complete: behind.length <= first };
        });
      });
  }

  function made(id: string, input: ChargeInput): Charge {
    const customer =
      input.customerId == null ? null : mustExist(store.key, "The customer", customers, input.customerId, "customerId");
    const currency = input.currency ?? customer?.currency ?? store.currency;
    for (const taxId of input.taxIds ?? []) mustExist(store.key, "The tax", taxes, taxId, "taxIds");
    const empty = emptyCharge(store, id);
    return priced({
      ...empty,
      customer: customer && { backend: store.key, id: customer.id, name: customer.name },
      plan: stubOf(store.key, plans, "The plan", "planId", input.planId),
      service: stubOf(store.key, services, "The service", "serviceId", input.serviceId),
      name: input.name ?? "",
      description: input.description ?? null,
      notes: input.notes ?? null,
      quantity: input.quantity ?? "1",
      date: input.date ?? empty.date,
      reference: input.reference ?? null,
      recurrence: recurrenceOf(input.recurrence),
      amount: moneyOf(input.amount, currency),
      taxAmount: moneyOf(input.taxAmount, currency),
      cost: moneyOf(input.cost, currency),
    });
  }

  function changed(charge: Charge, change: ChargeChange): Charge {
    if (charge.status === "VOIDED") throw new BillingError("CONFLICT", "The charge is void.", { backend: store.key });
    const currency = change.currency ?? charge.amount?.currency ?? store.currency;
    const amount = change.amount === undefined ? charge.amount?.amount : change.amount;
    const cost = change.cost === undefined ? charge.cost?.amount : change.cost;
    return priced({
      ...charge,
      name: change.name ?? charge.name,
      description: change.description === undefined ? charge.description : change.description,
      notes: change.notes === undefined ? charge.notes : change.notes,
      quantity: change.quantity ?? charge.quantity,
      date: change.date ?? charge.date,
      recurrence: change.recurrence === undefined ? charge.recurrence : recurrenceOf(change.recurrence),
      amount: moneyOf(amount, currency),
      taxAmount: moneyOf(charge.taxAmount?.amount, currency),
      cost: moneyOf(cost, currency),
      updatedAt: new Date().toISOString(),
    });
  }

  function close(id: string, status: "OPEN" | "VOIDED"): Charge {
    const charge = stored(id);
    if (charge.status === "VOIDED") throw new BillingError("CONFLICT", "The charge is void.", { backend: store.key });
    return { ...charge, status, outstanding: status === "OPEN" ? (charge.total ?? charge.amount) : null };
  }

  const create = creating(store.key, "charge", takes.charge, (input): WritePlan<Charge> => {
    checkRecurrence(input.recurrence);
    const created = {
      action: "charges/create",
      look: lookForCreated("charges/list", store, () => ofOwner(input), chargeAsked(input, []), chargeShown),
      check: () => made("0", input),
      act: () => put(made(store.nextId(), input)),
    };
    const apply = (input.taxIds ?? []).map(
      (taxId): MemoryWrite<Charge> => ({
        action: "taxes/liability",
        look: lookForState("taxes/get", (id) => store.liabilities.get(liabilityKey(taxId, { chargeId: id })) === true),
        check: () => undefined,
        act: (id) => {
          const charge = stored(id ?? "");
          store.liabilities.set(liabilityKey(taxId, { chargeId: charge.id }), true);
          return charge;
        },
      }),
    );
    const execute = {
      action: "charges/execute",
      look: lookForState("charges/get", (id) => charges.get(id)?.status === "OPEN"),
      check: () => undefined,
      act: (id: string | null) => put(close(id ?? "", "OPEN")),
    };
    return planOf(connection, read, created, ...apply, ...(input.executeNow ? [execute] : []));
  });

  const createCredit = creating(store.key, "credit", takes.credit, (input): WritePlan<Charge> => {
    const asked = (): Comparable => creditAsked(input, []);
    return planOf(connection, read, {
      action: "credits/create",
      look: lookForCreated("charges/list", store, () => ofOwner(input), asked(), chargeShown),
      check: () => credited("0", input),
      act: () => put(credited(store.nextId(), input)),
    });
  });

  function credited(id: string, { customerId, amount, currency, description }: CreditInput): Charge {
    const customer = mustExist(store.key, "The customer", customers, customerId, "customerId");
    return priced({
      ...emptyCharge(store, id),
      customer: { backend: store.key, id: customer.id, name: customer.name },
      name: description?.trim() || "Credit",
      description: description?.trim() ? description : null,
      status: "OPEN",
      amount: money(negate(amount), currency ?? customer.currency),
    });
  }

  /** Refuses operations that exist for charges only. */
  function ofCharge<T>(id: string, plan: () => T): T {
    if (charges.get(id)?.kind !== "CREDIT") return plan();
    throw unsupported(store.key, "A credit is neither changed nor executed.", ["id"]);
  }

  function ofOwner({ customerId, planId }: Pick<ChargeInput, "customerId" | "planId">): Charge[] {
    return [...charges.values()].filter(
      ({ customer, plan }) => customer?.id === (customerId ?? undefined) && plan?.id === (planId ?? undefined),
    );
  }

  const closing = (action: string, status: "OPEN" | "VOIDED") => (id: string) => {
    const look = lookForState("charges/get", () => charges.get(id)?.status === status);
    return planOf(connection, read, { action, look, check: () => close(id, status), act: () => put(close(id, status)) });
  };

  return {
    getMany: getManyFrom(connection, "charges/get", charges),
    listByCustomers: listBy(customers, (charge) => charge.customer?.id),
    listByPlans: listBy(plans, (charge) => charge.plan?.id),
    ...(can("CHARGE_CREATE") && { create }),
    ...(can("CHARGE_UPDATE") && {
      update: changing(store.key, "chargeChange", takes.chargeChange, (id, change) => {
        checkRecurrence(change.recurrence);
        ofCharge(id, () => null);
        const make = (): Charge => changed(stored(id), change);
        const look = lookForChanged("charges/get", store, chargeAsked(change, []), () => {
          const charge = charges.get(id);
          return charge ? { ...chargeShown(charge), updatedAt: charge.updatedAt } : null;
        });
        return planOf(connection, read, { action: "charges/update", look, check: make, act: () => put(make()) });
      }),
    }),
    ...(can("CHARGE_VOID") && { void: closing("charges/void", "VOIDED") }),
    ...(can("CHARGE_EXECUTE") && { execute: (id) => ofCharge(id, () => closing("charges/execute", "OPEN")(id)) }),
    ...(can("CREDIT_CREATE") && { createCredit }),
  };
}

/** The dependent members. */
function priced(charge: Charge): Charge {
  const total = addMoney(charge.amount, charge.taxAmount);
  const kind = charge.recurrence && charge.recurrence.interval !== "ONCE" ? "RECURRING" : "ONE_OFF";
  return { ...charge, total, kind: chargeKind(kind, charge.amount) };
}

function moneyOf(amount: string | null | undefined, currency: string): Money | null {
  return amount == null ? null : money(amount, currency);
}

function recurrenceOf(input: RecurrenceInput | null | undefined): Recurrence | null {
  if (input == null) return null;
  const { interval, occurrences = null, startsOn = null, endsOn = null } = input;
  return { interval, occurrences, startsOn, endsOn };
}
