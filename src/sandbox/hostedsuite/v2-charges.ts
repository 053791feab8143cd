import { type DateRange, dateRange, isWithin } from "./dates.ts";
import type { Printable } from "./jsv.ts";
import { lineCost, shownCost } from "./pricing.ts";
import type { Charge } from "./records.ts";
import { filterText, type Operation, printDate, requiredClient, requiredDate, requiredText, type V2Call } from "./v2-call.ts";

const dateSelectors = ["DateOfCharge", "DateCreated", "DateLastModified"] as const;

/** POST /charges, contract 5.2: manual charges of a mandatory window of dates. */
export const listCharges: Operation = (call) => {
  const { memorizedListed } = call.options;
  return printCharges(call, ({ source, memorized }) => source === "manual" && (memorizedListed || !memorized));
};

/** Any verb /charges/all, contract 5.3: both switches default to false. */
export const listAllCharges: Operation = (call) => {
  const { members, options } = call;
  const scheduling = members.boolean("IncludeSchedulingCharges") ?? false;
  const manual = (members.boolean("IncludeManualCharges") ?? false) || (!scheduling && options.neitherSwitch === "manual");
  return printCharges(call, ({ source }) => (source === "manual" ? manual : scheduling));
};

/** POST /charges/new, contract 5.1. A Cost of 0 is a free charge; without Cost it is calculated. */
export const createCharge: Operation = (call) => {
  const { members, store, account, options, refuse, tenant } = call;
  requiredText(call, "ClientId");
  const serviceId = requiredText(call, "ServiceId");
  const date = requiredDate(call, "DateOfCharge");
  const quantity = members.double("Quantity") ?? 0;
  if (options.requireQuantity && !(quantity > 0)) throw refuse.quantityRequired();
  const client = requiredClient(call);
  const service = store.services.all.get(serviceId);
  if (service === undefined) throw refuse.notFound("Service");
  const charge = store.charges.add(
    {
      clientId: client.id,
      serviceId,
      contactId: null,
      dateOfCharge: date.time,
      quantity,
      cost: lineCost(members.double("Cost"), quantity, options) ?? tenant.cost(client, serviceId, quantity),
      notes: members.text("Notes"),
      description: options.chargeDescription === "serviceName" ? service.name : null,
      memorized: members.boolean("Memorized") ?? false,
      billingCode: client.billingCodes?.[0]?.code ?? null,
      source: "manual",
    },
    account.user,
  );
  return printCharge(call, charge);
};

function printCharges(call: V2Call, accepts: (charge: Charge) => boolean): Printable {
  const range = requiredRange(call);
  const clientId = filterText(call, "ClientId");
  const selected = selectedDate(call);
  const { charges: stored } = call.store;
  const charges = (clientId === null ? stored.listed() : stored.listedWith("clientId", clientId)).filter(
    (charge) => accepts(charge) && isWithin(selected(charge), range),
  );
  if (call.options.listOrder === "date") charges.sort(byDate);
  return charges.map((charge) => printCharge(call, charge));
}

function requiredRange(call: V2Call): DateRange {
  return dateRange(requiredDate(call, "StartDate"), requiredDate(call, "EndDate"), call.options.bareEndDate);
}

/** An unknown selector is the first enum value, without an error (contract 2.5). */
function selectedDate({ members }: V2Call): (charge: Charge) => number {
  const selector = members.choice("DateSelector", dateSelectors) ?? "DateOfCharge";
  if (selector === "DateCreated") return ({ dateCreated }) => dateCreated;
  return selector === "DateLastModified" ? ({ dateLastModified }) => dateLastModified : ({ dateOfCharge }) => dateOfCharge;
}

function byDate(left: Charge, right: Charge): number {
  return left.dateOfCharge - right.dateOfCharge || (left.id < right.id ? -1 : 1);
}

/** ChargeInfo, contract 6.1, in the order of the wire. */
function printCharge(call: V2Call, charge: Charge): Printable {
  const { store, options } = call;
  return {
    entityStatus: options.entityStatus,
    id: charge.id,
    clientId: charge.clientId,
    clientName: store.clients.all.get(charge.clientId)?.name,
    dateCreated: printDate(call, charge.dateCreated),
    dateOfCharge: printDate(call, charge.dateOfCharge),
    dateLastModified: printDate(call, charge.dateLastModified),
    service: store.services.all.get(charge.serviceId)?.name,
    serviceId: charge.serviceId,
    quantity: charge.quantity,
    cost: shownCost(charge, options),
    description: charge.description,
    notes: charge.notes,
    memorized: charge.memorized,
    billingCode: charge.billingCode,
  };
}
