import { z } from "zod";
import type { CallScope, Finding, WritePlan, Written } from "../../adapter/adapter.ts";
import { membersBehind, warningsOf } from "../../adapter/kit/comparing.ts";
import { mentioned, readNote } from "../../adapter/kit/looking.ts";
import { changeStep } from "../../adapter/kit/steps.ts";
import { BillingError, notFound, settle } from "../../model/errors.ts";
import type { Customer, CustomerChange, CustomerInput } from "../../model/model.ts";
import type { PickWritten, ReadCalls, Session } from "./call.ts";
import { codeFor, matchCode, referenceOf } from "./codes.ts";
import { comparedCustomer, customerColumns, customerDiffers, customerWarningContext } from "./compared.ts";
import { customerFields } from "./fields.ts";
import { customerChanges, namesIn, newCustomer } from "./map-customer.ts";
import { type CreateNote, codedCreateStep, createdRow, createNote, type Judged, lookThrough } from "./notes.ts";
import { ageOfRecord, isNewId, type RecordClock } from "./record-age.ts";
import { type CustomerRow, customerRow, isLong } from "./wire.ts";

/** Everything that writes of customers work with. */
export interface CustomerAccess extends Session {
  /** Null for a record of another merchant account. */
  readonly unified: (record: CustomerRow) => Customer | null;
  /** Null for an id that does not exist, or belongs to another merchant account. */
  readonly load: (id: string, scope: CallScope, reads?: ReadCalls) => Promise<{ readonly record: CustomerRow } | null>;
  readonly read: (id: string, scope: CallScope) => Promise<Customer>;
  readonly recordClock: RecordClock;
}

type Accepts = (judged: Judged) => boolean;

/** A new customer: contract 5.1. */
export function createCustomer(input: CustomerInput, access: CustomerAccess): WritePlan<Customer> {
  const { key, settings, requests, recordClock, unified, load, read } = access;
  const parameters = newCustomer(input, settings.accountId);
  const reference = referenceOf(input.reference);
  const isOwn = reference === undefined;
  const action = "PUT /customers";
  const listOf = (filters: Readonly<Record<string, string>>) => ({
    function: "GET /customers",
    path: "customers",
    query: { accountId: String(settings.accountId), ...filters },
  });

  const judging =
    ({ before, sent }: CreateNote) =>
    (customer: CustomerRow): Judged | null => {
      const code = matchCode(customer, { code: String(sent["code"]), isOwn });
      if (code === "step" || unified(customer) === null) return null;
      const { id } = customer;
      // The gateway's own code decides: nobody else chooses it, and no member that a person corrects is money.
      const isOurs = isOwn && code === "same";
      const differs = isOurs ? [] : customerDiffers(customer, sent);
      const age = isOurs ? "since" : ageOfRecord(customer, before);
      return {
        record: { id, claim: id, age, differs: code === "same" ? differs : ["reference", ...differs] },
        code,
        isNew: isOurs || isNewId(customer, before),
        isContrary: namesDiffer(customer, sent),
      };
    };

  async function send(noted: CreateNote, scope: CallScope): Promise<Written<Customer>> {
    const call = { function: action, method: "PUT", path: "customers", body: { json: noted.sent } } as const;
    const created: PickWritten<CustomerRow> = (rows, isList) => createdRow(rows, isList, judging(noted));
    const record = await requests.write({ ...call, parameters: customerFields }, customerRow, created, scope);
    recordClock.created(record, noted.before);
    const value = unified(record);
    return value ? { id: record.id, value } : { id: record.id };
  }

  async function look(filters: Readonly<Record<string, string>>, noted: CreateNote, scope: CallScope, accepts: Accepts) {
    const rows = await requests.certain.all(listOf(filters), customerRow, scope);
    const judge = judging(noted);
    return lookThrough(rows, (row) => {
      const judged = judge(row);
      return judged && accepts(judged) ? judged : null;
    });
  }

  /** Looks at all customers of the account: a filter by text would hide one whose texts were altered. */
  const find = (noted: CreateNote, scope: CallScope): Promise<Finding> =>
    look({}, noted, scope, ({ code, record }) => code === "same" || code === "cut" || isAlike(noted.sent, record.differs));

  /**
   * Looks at the customers of these names only: nothing is sent again after this look. An answer that shows nothing at all proves nothing: then at
   * all customers.
   */
  const findUnderOurCode = async (noted: CreateNote, scope: CallScope): Promise<Finding> => {
    const hasCode: Accepts = ({ code }) => code === "same";
    const found = await settle(look(namesIn(parameters), noted, scope, hasCode));
    if (!(found instanceof BillingError)) return found;
    if (found.code !== "BAD_RESPONSE") throw found;
    return look({}, noted, scope, hasCode);
  };

  return {
    read,
    steps: [
      codedCreateStep({
        backend: key,
        action,
        isOwn,
        recordClock,
        sent: ({ stepId }) => ({ ...parameters, code: codeFor(stepId, reference).code }),
        highestId: () => requests.highestId(customerRow),
        listing: (scope) => requests.listing(listOf({}), customerRow, scope),
        send,
        read: async (id, scope) => {
          const loaded = await load(id, scope);
          return loaded && unified(loaded.record);
        },
        isOther: ({ raw }, noted) => judging(noted)(customerRow.parse(raw)) === null,
        find: (noted, _intent, scope) => find(noted, scope),
        findUnderCode: (noted, _intent, scope) => findUnderOurCode(noted, scope),
        compare: async ({ raw }, intent) => {
          const { code, ...texts } = readNote(intent.note, createNote).sent;
          const { sent, shown } = comparedCustomer(raw, isOwn ? texts : mentioned({ ...texts, code }));
          return warningsOf(customerWarningContext(key), sent, shown);
        },
      }),
    ],
  };
}

/** Whether a name that the customer shows is not the one that was sent. */
function namesDiffer(customer: CustomerRow, sent: CreateNote["sent"]): boolean {
  const shown = (["firstName", "lastName", "organizationName"] as const).filter((name) => customer[name] !== null);
  const names = Object.fromEntries(shown.flatMap((name) => (sent[name] === undefined ? [] : [[name, sent[name]]])));
  return customerDiffers(customer, names).length > 0;
}

/** Members that tell people apart. A record without our code that differs in all of them is somebody else's. */
const identifying = ["name", "lastName", "email", "phone"];

function isAlike(sent: CreateNote["sent"], differs: readonly string[]): boolean {
  const members = membersBehind(Object.keys(sent), customerFields);
  return identifying.some((member) => members.includes(member) && !differs.includes(member));
}

/** The customer before the change, and the changed members, which alone are sent (5.4, A8). v01 has no version: all texts stand for it. */
const changeNote = z.object({
  was: z.record(z.string(), z.string().nullable()),
  sent: z.record(z.string(), z.string()),
});

/** A change of a customer: contract 5.4. */
export function updateCustomer(id: string, change: CustomerChange, access: CustomerAccess): WritePlan<Customer> {
  const { key, requests, unified, load, read } = access;
  if (!isLong(id)) throw notFound(key, "The customer");
  const action = "POST /customers/{id}";
  const step = changeStep<Customer, z.infer<typeof changeNote>>(id, {
    ...customerWarningContext(key),
    action,
    noted: changeNote,
    note: async (scope) => {
      const stored = await load(id, scope);
      if (!stored) throw notFound(key, "The customer");
      const { record } = stored;
      return { was: customerColumns(record), sent: customerChanges(change, record, key) };
    },
    before: ({ was }) => ({ was, version: JSON.stringify(was) }),
    send: async ({ sent }, _intent, scope) => {
      const call = { function: action, method: "POST", path: `customers/${id}`, body: { json: sent } } as const;
      const own = (rows: readonly CustomerRow[]) => rows.find((row) => row.id === id);
      const record = await requests.write({ ...call, parameters: customerFields }, customerRow, own, scope);
      const value = unified(record);
      return value ? { id, value } : { id };
    },
    sent: ({ sent }) => sent,
    now: async (_noted, scope) => {
      const stored = await load(id, scope, requests.certain);
      if (!stored) return null;
      const members = customerColumns(stored.record);
      return { members, version: JSON.stringify(members) };
    },
    shown: (record) => customerColumns(customerRow.parse(record)),
  });
  return { read, steps: [step] };
}
