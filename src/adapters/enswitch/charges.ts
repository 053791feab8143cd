import type { CallScope, ChargeSet, ChargeVerbs, Intent, ListCharges, WritePlan, WriteStep } from "../../billing/adapter.ts";
import { completeSet } from "../../billing/charge-order.ts";
import { notFound } from "../../billing/errors.ts";
import type { Charge, ChargeChange, ChargeInput } from "../../billing/model.ts";
import { agrees } from "./agreement.ts";
import { exactTaxSteps } from "./charge-taxes.ts";
import { isId } from "./encode.ts";
import { executeStep } from "./execution.ts";
import { chargeFields } from "./fields.ts";
import { chargeChangeParameters, chargeParameters, toCharge } from "./map-charge.ts";
import { toCustomer } from "./map-customer.ts";
import { currencyOfPlan } from "./map-plan.ts";
import type { Session } from "./session.ts";
import type { TaxAccess } from "./tax-reads.ts";
import { findAsChanged, tracesAmong } from "./trace.ts";
import { type Change, changeStep, dryRun, getRow, listEach, listRows, loadEach, sendChange, sendCreate } from "./verbs.ts";
import type { Row } from "./wire.ts";

const nouns = { customer: "Customer", plan: "Plan" } as const;
type OwnerKind = keyof typeof nouns;
type Owner = { readonly [Kind in OwnerKind]?: string };

/** `canDelete`: the installation is known to have charges/delete. */
export function chargeVerbs(session: Session, taxes: TaxAccess, canDelete: boolean): ChargeVerbs {
  const { backend } = session;

  /** `owner`: whose the charge is, for rows that do not tell. */
  function readOwned(id: string, owner: Owner, scope: CallScope): Promise<Charge> {
    const map = (row: Row) => toCharge(row, session, owner);
    return getRow(session, { function: "charges/get", id, subject: `Charge ${id}`, fields: chargeFields, map }, scope);
  }
  const read = (id: string, scope: CallScope) => readOwned(id, {}, scope);

  /** Guide 4.4, charges/list: of one customer or one plan, whole and unsorted. */
  async function listOf(kind: OwnerKind, id: string, scope: CallScope): Promise<Charge[]> {
    const map = (row: Row) => toCharge(row, session, { [kind]: id });
    const list = { function: "charges/list", parameters: { [kind]: id }, subject: `${nouns[kind]} ${id}`, map };
    const charges = await listRows(session, list, scope);
    // A filter that is not understood answers for the gateway's own customer instead of failing.
    return charges.filter((charge) => charge[kind] === null || charge[kind].id === id);
  }

  const listBy =
    (kind: OwnerKind): ListCharges =>
    (ids, query, window, scope) =>
      listEach(
        backend,
        ids,
        nouns[kind],
        async (id): Promise<ChargeSet> => completeSet(await listOf(kind, id, scope), query, window),
      );

  function create(input: ChargeInput): WritePlan<Charge> {
    const [kind, ownerId] = ownerOf(input);
    const change = (intent: Pick<Intent, "stepId" | "createdAt">, currency: string): Change => ({
      function: "charges/create",
      parameters: chargeParameters(input, { backend, currency }, intent),
      subject: `${nouns[kind]} ${ownerId}`,
      fields: chargeFields,
    });
    const trial = () => ({ stepId: "", createdAt: new Date().toISOString() });
    // Checked now, whenever it is sent.
    change(trial(), session.currency);
    const createStep: WriteStep<Charge> = {
      action: "charges/create",
      send: async (_id, intent, scope) => ({
        id: await sendCreate(session, change(intent, await currencyFor(input, scope)), scope),
      }),
      find: async (_id, intent, scope) => {
        const { parameters } = change(intent, await currencyFor(input, scope));
        const charges = await listOf(kind, ownerId, scope);
        // Where a row does not tell its owner, the list that it came from does.
        const listed = charges.map((charge) => ({ id: charge.id, raw: { ...charge.raw, [kind]: charge[kind]?.id ?? "0" } }));
        return tracesAmong(listed, parameters, backend);
      },
    };
    const execution = executeStep(session, (id, scope) => readOwned(id, { [kind]: ownerId }, scope));
    return {
      // Guide 4.4, charges/create: the taxes are set before the charge is executed.
      steps: [createStep, ...exactTaxSteps(session, taxes, input), ...(input.executeNow ? [execution] : [])],
      read,
      validate: async (scope) => dryRun(session, change(trial(), await currencyFor(input, scope)), scope),
      // Money that has moved does not come back with its charge.
      ...(canDelete && !input.executeNow ? { undo: voiding } : {}),
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

  function update(id: string, charge: ChargeChange): WritePlan<Charge> {
    const columns = chargeChangeParameters(charge, backend);
    const change = existing(checked(id), "charges/update", columns);
    const find = findAsChanged(id, read, (found) => found !== null && agrees(columns, found.raw, backend));
    return { steps: [changeStep(session, id, change, { find })], read, validate: (scope) => dryRun(session, change, scope) };
  }

  function execute(id: string): WritePlan<Charge> {
    return { steps: [executeStep(session, read, checked(id))], read };
  }

  function voiding(id: string): WritePlan<Charge> {
    checked(id);
    const send: WriteStep<Charge>["send"] = async (_id, _intent, scope) => {
      // Afterwards nothing is left to be read.
      const charge = await read(id, scope);
      await sendChange(session, existing(id, "charges/delete"), scope);
      return { id, value: { ...charge, status: "VOIDED" } };
    };
    // Guess: a deleted charge is not shown any more, since nothing in charges/list asks for deleted ones as customers/list does.
    const find = findAsChanged(id, read, (charge) => charge === null);
    return { steps: [{ action: "charges/delete", send, find }], read };
  }

  return {
    getMany: (ids, scope) => loadEach(ids, (id) => read(id, scope)),
    listByCustomers: listBy("customer"),
    listByPlans: listBy("plan"),
    create,
    update,
    execute,
    ...(canDelete ? { void: voiding } : {}),
  };
}

/** chargeParameters refuses an input that does not name exactly one. */
function ownerOf({ customerId, planId }: ChargeInput): [OwnerKind, string] {
  return customerId == null ? ["plan", planId ?? ""] : ["customer", customerId];
}

function existing(id: string, functionName: string, parameters: Readonly<Record<string, string>> = {}): Change {
  return { function: functionName, parameters: { id, ...parameters }, subject: `Charge ${id}`, fields: chargeFields };
}
