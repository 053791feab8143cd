import type { CallScope, ChargeSet, ChargeVerbs, ListCharges, WritePlan, WriteStep } from "../../billing/adapter.ts";
import { completeSet } from "../../billing/charge-order.ts";
import { notFound } from "../../billing/errors.ts";
import type { Charge, ChargeInput } from "../../billing/model.ts";
import { isId } from "./encode.ts";
import { chargeFields } from "./fields.ts";
import { exactTaxSteps } from "./liability.ts";
import { chargeChangeParameters, chargeParameters, toCharge } from "./map-charge.ts";
import { toCustomer } from "./map-customer.ts";
import { currencyOfPlan } from "./map-plan.ts";
import type { Session } from "./session.ts";
import type { TaxLists } from "./tax-lists.ts";
import {
  type Change,
  changeStep,
  dryRun,
  getRow,
  listEach,
  listRows,
  loadEach,
  madeBefore,
  sendChange,
  sendCreate,
} from "./verbs.ts";
import type { Row } from "./wire.ts";

const nouns = { customer: "Customer", plan: "Plan" } as const;

/** `canDelete`: the installation is known to have charges/delete. */
export function chargeVerbs(session: Session, lists: TaxLists, canDelete: boolean): ChargeVerbs {
  const { backend } = session;

  const read = (id: string, scope: CallScope): Promise<Charge> => {
    const map = (row: Row) => toCharge(row, session);
    return getRow(session, { function: "charges/get", id, subject: `Charge ${id}`, map }, scope);
  };

  /** Guide 4.4, charges/list: of one customer or one plan, whole and unsorted. */
  const listBy =
    (owner: "customer" | "plan"): ListCharges =>
    (ids, query, window, scope) =>
      listEach(backend, ids, nouns[owner], async (id): Promise<ChargeSet> => {
        const map = (row: Row) => toCharge(row, session, { [owner]: id });
        const subject = `${nouns[owner]} ${id}`;
        const charges = await listRows(session, { function: "charges/list", parameters: { [owner]: id }, subject, map }, scope);
        // A filter that is not understood answers for the gateway's own customer instead of failing.
        const owned = charges.filter((charge) => charge[owner] === null || charge[owner].id === id);
        return completeSet(owned, query, window);
      });

  const executeStep: WriteStep<Charge> = {
    action: "charges/charge",
    send: async (created, _intent, scope) => {
      const id = madeBefore(created);
      await sendChange(session, existing(id, "charges/charge"), scope);
      return { id };
    },
  };

  function create(input: ChargeInput): WritePlan<Charge> {
    const change = (createdAt: string, currency: string): Change => ({
      function: "charges/create",
      parameters: chargeParameters(input, { backend, currency }, createdAt),
      subject: input.customerId == null ? `Plan ${input.planId}` : `Customer ${input.customerId}`,
      fields: chargeFields,
    });
    const now = () => new Date().toISOString();
    // Checked now, whenever it is sent.
    change(now(), session.currency);
    const createStep: WriteStep<Charge> = {
      action: "charges/create",
      // Without a date a charge starts when it was recorded, not when it is sent: every attempt is then the same.
      send: async (_id, { createdAt }, scope) => ({
        id: await sendCreate(session, change(createdAt, await currencyFor(input, scope)), scope),
      }),
    };
    return {
      // Guide 4.4, charges/create: the taxes are set before the charge is executed.
      steps: [createStep, ...exactTaxSteps(session, lists, input), ...(input.executeNow ? [executeStep] : [])],
      read,
      validate: async (scope) => dryRun(session, change(now(), await currencyFor(input, scope)), scope),
    };
  }

  /** What a charge without a currency would get is not documented: it is in the currency of those who are charged. */
  async function currencyFor({ currency, customerId, planId }: ChargeInput, scope: CallScope): Promise<string> {
    if (currency != null) return currency;
    if (customerId != null) {
      const map = (row: Row) => toCustomer(row, session).currency;
      const fields = { id: ["customerId"] };
      return getRow(
        session,
        { function: "customers/get", id: customerId, subject: `Customer ${customerId}`, fields, map },
        scope,
      );
    }
    const map = (row: Row) => currencyOfPlan(row) ?? session.currency;
    const plan = { function: "plans/get", id: planId ?? "", subject: `Plan ${planId}`, fields: { id: ["planId"] }, map };
    return getRow(session, plan, scope);
  }

  function checked(id: string): string {
    if (!isId(id)) throw notFound(backend, "The charge", ["id"]);
    return id;
  }

  return {
    getMany: (ids, scope) => loadEach(ids, (id) => read(id, scope)),
    listByCustomers: listBy("customer"),
    listByPlans: listBy("plan"),
    create,
    update: (id, charge) => {
      const change = existing(checked(id), "charges/update", chargeChangeParameters(charge, backend));
      return { steps: [changeStep(session, id, change)], read, validate: (scope) => dryRun(session, change, scope) };
    },
    execute: (id) => ({ steps: [changeStep(session, checked(id), existing(id, "charges/charge"))], read }),
    ...(canDelete ? { void: (id: string) => voiding(checked(id)) } : {}),
  };

  function voiding(id: string): WritePlan<Charge> {
    const send: WriteStep<Charge>["send"] = async (_id, _intent, scope) => {
      // Afterwards nothing is left to be read.
      const charge = await read(id, scope);
      await sendChange(session, existing(id, "charges/delete"), scope);
      return { id, value: { ...charge, status: "VOIDED" } };
    };
    return { steps: [{ action: "charges/delete", send }], read };
  }
}

function existing(id: string, functionName: string, parameters: Readonly<Record<string, string>> = {}): Change {
  return { function: functionName, parameters: { id, ...parameters }, subject: `Charge ${id}`, fields: chargeFields };
}
