import type { CallScope, ChargeSet, ChargeVerbs, Intent, ListCharges, WritePlan, WriteStep } from "../../adapter/adapter.ts";
import { completeSet } from "../../adapter/charge-order.ts";
import { warningsOf } from "../../adapter/kit/comparing.ts";
import { provenCreate } from "../../adapter/kit/created.ts";
import { rowsOfOwner } from "../../adapter/kit/list-parts.ts";
import { loadEach } from "../../adapter/kit/loading.ts";
import { type Age, lookAmong } from "../../adapter/kit/looking.ts";
import { numericId, type Row, requireDate } from "../../adapter/kit/reading.ts";
import { removalStep } from "../../adapter/kit/steps.ts";
import { changing, creating } from "../../adapter/kit/taking.ts";
import { BillingError, named, notFound } from "../../model/errors.ts";
import type { Charge, ChargeInput, Raw } from "../../model/model.ts";
import {
  dryRun,
  type FunctionParameters,
  getRow,
  listOfEach,
  listRows,
  type Session,
  sendChange,
  sendCreate,
  type WriteRequest,
} from "./call.ts";
import { exactTaxSteps } from "./charge-taxes.ts";
import { differences, shownColumns, warningContext } from "./compared.ts";
import { createCredits, creditParts, refuseCredit } from "./credits.ts";
import { isId } from "./encode.ts";
import { executeStep } from "./execution.ts";
import { chargeFields, chargeFieldsOf } from "./fields.ts";
import { chargeChangeTakes, chargeTakes } from "./inputs.ts";
import { chargeChangeParameters, chargeFrom, chargeParameters } from "./map-charge.ts";
import { customerFrom } from "./map-customer.ts";
import { isAnother, isNextId, mayBeNew, readCreateNote, unlessRefused, writeCreateNote } from "./notes.ts";
import { currencyOfPlan } from "./plans.ts";
import { createHighestId } from "./record-age.ts";
import type { TaxAccess } from "./tax-reads.ts";
import { updateStep } from "./writes.ts";

const nouns = { customer: "Customer", plan: "Plan" } as const;
type OwnerKind = keyof typeof nouns;
type Owner = { readonly [Kind in OwnerKind]?: string };
/** Some megabytes. */
const mostOwners = 100_000;

/** The functions that the configuration says the installation has. */
interface Known {
  /** charges/delete */
  readonly canDelete: boolean;
  /** customers/balance/add: credits can be given, and are listed. */
  readonly givesCredits: boolean;
}

export function chargeVerbs(session: Session, taxes: TaxAccess, { canDelete, givesCredits }: Known): ChargeVerbs {
  const { backend, timeZone } = session;
  const credits = givesCredits ? createCredits(session) : null;
  const ids = createHighestId();

  /**
   * The owners, by the charge's id, that lists have shown of charges whose rows name none: the columns are inferred (contract 8.2). None for a
   * charge in two owners' lists: customers' lists may have their plan's (13.12).
   */
  const owners = new Map<string, Owner>();

  function keepOwner(id: string, owner: Owner): void {
    const [oldest] = owners.keys();
    if (owners.size >= mostOwners && !owners.has(id) && oldest !== undefined) owners.delete(oldest);
    const { customer, plan } = owners.get(id) ?? owner;
    owners.set(id, customer === owner.customer && plan === owner.plan ? owner : {});
  }

  function seen(row: Row, owner: Owner): Charge {
    const charge = chargeFrom(row, session, owner);
    ids.saw(charge.id);
    return charge;
  }

  /** @param owner the charge's owner, for a row that does not name one */
  function readOwned(id: string, owner: Owner, scope: CallScope): Promise<Charge> {
    const map = (row: Row) => seen(row, owner);
    return getRow(session, { function: "charges/get", id, subject: `Charge ${id}`, fields: chargeFields, map }, scope);
  }
  /** For writes: where the row does not say whose money it is, they do not guess. */
  const read = (id: string, scope: CallScope) => readOwned(id, {}, scope);

  /** Guide 4.4, charges/list: the charges of one customer or one plan, whole and unsorted. */
  async function listOf(kind: OwnerKind, id: string, scope: CallScope): Promise<Charge[]> {
    const owner = { [kind]: id };
    const map = (row: Row): Charge => {
      const charge = seen(row, owner);
      if (numericId(row["customer"]) === null && numericId(row["plan"]) === null) keepOwner(charge.id, owner);
      return charge;
    };
    const list = { function: "charges/list", parameters: { [kind]: id }, subject: `${nouns[kind]} ${id}`, map };
    const charges = await listRows(session, list, scope);
    return rowsOfOwner(charges, (charge) => charge[kind] === null || charge[kind].id === id);
  }

  async function datedOf(kind: OwnerKind, id: string, scope: CallScope): Promise<Charge[]> {
    return (await listOf(kind, id, scope)).map((charge) => requireDate(charge, ["start"]));
  }

  const listBy =
    (kind: OwnerKind): ListCharges =>
    (ids, query, window, scope) =>
      listOfEach(session, ids, nouns[kind], async (id): Promise<ChargeSet> => {
        const given = kind === "customer" && credits ? credits.listOf(id, query, window, scope) : [];
        const lists = await Promise.all([datedOf(kind, id, scope), given]);
        return completeSet(lists.flat(), query, window);
      });

  const create = creating(backend, "charge", chargeTakes, (input): WritePlan<Charge> => {
    const [kind, ownerId] = ownerOf(input);
    const parametersOf = (intent: Pick<Intent, "stepId" | "createdAt">, currency: string) =>
      chargeParameters(input, { ...session, currency }, intent);
    const change = (parameters: FunctionParameters): WriteRequest => ({
      function: "charges/create",
      parameters,
      subject: `${nouns[kind]} ${ownerId}`,
      fields: chargeFields,
    });
    const trial = () => ({ stepId: "", createdAt: new Date().toISOString() });
    // Refuses a wrong input now, not when it is sent.
    parametersOf(trial(), session.currency);

    /** The highest id of all charges, or at least of the owner's: only those could be mistaken for the new one. */
    async function highestBefore(scope: CallScope): Promise<string | null> {
      return ids.ofAll() ?? ((await unlessRefused(listOf(kind, ownerId, scope))) && (ids.soFar() ?? "0"));
    }
    const createStep: WriteStep<Charge> = {
      action: "charges/create",
      noteAtOnce: (intent) => {
        const highest = ids.ofAll();
        if (input.currency == null || highest === null) return null;
        return writeCreateNote({ parameters: parametersOf(intent, input.currency), highest });
      },
      note: async (_id, intent, scope) => {
        const [currency, highest] = await Promise.all([currencyFor(input, scope), highestBefore(scope)]);
        return writeCreateNote({ parameters: parametersOf(intent, currency), highest });
      },
      send: async (_id, { note }, scope) => {
        const noted = readCreateNote(note);
        return { id: await sendCreate(session, change(noted.parameters), scope) };
      },
      find: async (_id, { note }, scope) => {
        const { parameters, highest } = readCreateNote(note);
        // A row without this kind of owner belongs to the other kind: a plan's charge in a customer's list.
        const charges = (await listOf(kind, ownerId, scope)).filter((charge) => charge[kind] !== null);
        return lookAmong(
          charges.map(({ id, raw }) => {
            const isMarked = isMarkedBy(parameters, raw);
            // A row without an owner belongs to the owner of its list.
            const differs = differences(parameters, { ...raw, [kind]: ownerId }, chargeFields, timeZone);
            return { id, claim: id, age: ageOfCharge(mayBeNew(id, highest), isMarked, differs.length === 0), differs };
          }),
        );
      },
    };
    /** Whether a row without an owner stands in the owner's list. */
    const isOwned = async (id: string, row: Row, scope: CallScope): Promise<boolean> =>
      numericId(row[kind]) === null && (await listOf(kind, ownerId, scope)).some((charge) => charge.id === id);
    const compare: WriteStep<Charge>["compare"] = async ({ id, raw }, { note }, scope) => {
      const { parameters } = readCreateNote(note);
      // An omitted number means no limit, see Settings.unlimitedNumber.
      const meant = { number: "0", ...parameters };
      const shown = (await isOwned(id, raw, scope)) ? { ...raw, [kind]: ownerId } : raw;
      return warningsOf(warningContext(session, meant, chargeFieldsOf(input)), meant, shown);
    };
    /** Reads the charge to execute. Throws CONFLICT where it would take another amount, or somebody else's money. */
    const readToExecute = async (id: string, scope: CallScope): Promise<Charge> => {
      const charge = await readOwned(id, { [kind]: ownerId }, scope);
      const { amount, currency } = parametersOf(trial(), input.currency ?? charge.amount?.currency ?? session.currency);
      const row = { ...charge.raw, [kind]: charge[kind]?.id };
      const sent = { [kind]: ownerId, ...(amount !== undefined && { amount, ...(currency !== undefined && { currency }) }) };
      // A column that the row does not show contradicts nothing.
      const shown = shownColumns(sent, row);
      const told = Object.fromEntries(Object.entries(sent).filter(([name]) => shown[name] !== null));
      const differs = differences(told, row, chargeFields, timeZone);
      if (differs.length === 0) return charge;
      const message = `${named(backend)} shows the new charge with another ${differs.join(", ")} than was sent, so it was not executed.`;
      throw new BillingError("CONFLICT", message, { backend, retryable: false });
    };
    const execution = executeStep(session, readToExecute);
    const created = provenCreate(
      { ...createStep, compare },
      {
        backend,
        read: (id, scope) => readOwned(id, {}, scope),
        // Most other charges have another mark, and callers give many the same name.
        isOther: ({ raw }, { note }) => {
          const { parameters } = readCreateNote(note);
          const differs = differences(parameters, raw, chargeFields, timeZone);
          if (isMarkedBy(parameters, raw)) return isAnother(differs.filter((member) => member !== "name"));
          return differs.some((member) => member !== "date");
        },
        isExpected: (id, { note }) => isNextId(id, readCreateNote(note).highest),
        proven: ids.made,
      },
    );
    return {
      // Guide 4.4, charges/create: the taxes are set before the charge is executed.
      steps: [created, ...exactTaxSteps(session, taxes, input), ...(input.executeNow ? [execution] : [])],
      read,
      validate: async (scope) => dryRun(session, change(parametersOf(trial(), await currencyFor(input, scope))), scope),
      // Deleting an executed charge does not give its money back.
      ...(canDelete && !input.executeNow ? { undo: voiding } : {}),
    };
  });

  /** The charge's currency. Without one the guide tells no default, so it is that of the customer or plan. */
  async function currencyFor({ currency, customerId, planId }: ChargeInput, scope: CallScope): Promise<string> {
    if (currency != null) return currency;
    if (customerId != null) {
      const map = (row: Row) => customerFrom(row, session).currency;
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

  function checked(id: string, what: string): string {
    refuseCredit(backend, id, what);
    if (!isId(id)) throw notFound(backend, "The charge", ["id"]);
    return id;
  }

  const update = changing(backend, "chargeChange", chargeChangeTakes, (id, charge): WritePlan<Charge> => {
    const columns = chargeChangeParameters(charge, session);
    const change = { ...existing(checked(id, "change"), "charges/update", columns), fields: chargeFieldsOf(charge) };
    return { steps: [updateStep(session, id, change, columns, read)], read, validate: (scope) => dryRun(session, change, scope) };
  });

  function execute(id: string): WritePlan<Charge> {
    return { steps: [executeStep(session, read, checked(id, "execute"))], read };
  }

  function voiding(id: string): WritePlan<Charge> {
    checked(id, "take back");
    const action = "charges/delete";
    // Guess: a deleted charge is not shown any more, as charges/list has no parameter for deleted ones, unlike customers/list. One
    // that is shown anyway has the column `deleted`.
    const step = removalStep(id, {
      backend,
      action,
      read,
      send: (scope) => sendChange(session, existing(id, action), scope),
      gone: (charge): Charge => ({ ...charge, status: "VOIDED" }),
      isMarked: ({ status }) => status === "VOIDED",
      wanted: { status: "VOIDED" },
      otherwise: { status: "DEFINED" },
      fields: { status: [] },
    });
    return { steps: [step], read };
  }

  return {
    getMany: (ids, scope) => {
      const readCredit = credits?.reader(scope);
      return loadEach(ids, {
        isPossible: (id) => isId(id) || (readCredit !== undefined && creditParts(id) !== null),
        atOnce: session.atOnce,
        load: (id) => (readCredit && creditParts(id) ? readCredit(id) : readOwned(id, owners.get(id) ?? {}, scope)),
      });
    },
    listByCustomers: listBy("customer"),
    listByPlans: listBy("plan"),
    create,
    update,
    execute,
    ...(canDelete ? { void: voiding } : {}),
    ...(credits ? { createCredit: credits.create } : {}),
  };
}

/** Whether a charge has the start that was sent, to the second. */
function isMarkedBy({ start = "" }: FunctionParameters, row: Raw): boolean {
  return shownColumns({ start }, row)["start"] === start;
}

/**
 * Tells how old a charge is. It has no creation time, but its start carries the gateway's mark (markedSecondOf). A new charge without
 * the mark may still be ours, if somebody changed its start. An older one that has the mark and agrees may come from an earlier attempt
 * that was not visible when the gateway looked for it.
 */
function ageOfCharge(isNew: boolean, isMarked: boolean, agrees: boolean): Age {
  if (isNew) return isMarked ? "since" : "unknown";
  return isMarked && agrees ? "unknown" : "older";
}

/** The one owner that the input names; the verb has refused every other input. */
function ownerOf({ customerId, planId }: ChargeInput): [OwnerKind, string] {
  return customerId == null ? ["plan", planId ?? ""] : ["customer", customerId];
}

function existing(id: string, functionName: string, parameters: Readonly<Record<string, string>> = {}): WriteRequest {
  return { function: functionName, parameters: { id, ...parameters }, subject: `Charge ${id}`, fields: chargeFields };
}
