import type { BillingError, ErrorCode } from "../model/errors.ts";
import type { Charge, Contact, Customer, LiabilitySubject, Plan, Raw, Service, Tax } from "../model/model.ts";
import type { ChargeQuery, CustomerQuery, TaxQuery } from "../model/queries.ts";
import type { Warning } from "../model/warnings.ts";
import type { Inputs, TakesOf, WriteInput } from "./inputs.ts";

/**
 * The interface to a billing backend. An adapter is a plain object made by its module's `create`. It maps between the unified model and
 * one backend's wire format, returns only model values and fails only with BillingError. It never retries, caches or logs, and does not
 * know GraphQL.
 */
export interface Adapter {
  /** Key in the configuration, e.g. "pbx". */
  readonly key: string;
  /** The kind of its module. */
  readonly kind: string;
  /** The generation of the backend's API, where there are several: "v2". */
  readonly generation?: string;
  /** ISO 4217; for records in which the backend names no currency. */
  readonly currency: string;
  /** IANA name of the zone of the backend's days. */
  readonly timeZone: string;
  /** Assumptions where the configuration leaves something open: sentences that name the setting. The start logs them. */
  readonly assumptions?: readonly string[];
  /** True: plans have `validate` wherever the backend has a dry run. Absent: the backend has none. */
  readonly dryRun?: true;
  /**
   * Lists whose `search` the backend applies itself; default none. For all others the adapter reads the list from its start and compares,
   * so a caller with an index of the records searches there instead.
   */
  readonly searches?: readonly ("customers" | "taxes")[];
  /**
   * Reads that take the same few calls for any number of records: unpaged lists of customers, charges of nearly all customers. Default
   * none.
   */
  readonly readsWhole?: readonly ("customers" | "charges")[];
  /** True: each repetition of a recurring charge is a record of its own, once billed. Default: one record defines the recurring charge. */
  readonly billsRepetitions?: true;
  readonly customers: CustomerVerbs;
  readonly charges: ChargeVerbs;
  readonly taxes?: TaxVerbs;
  readonly plans?: PlanVerbs;
  readonly services?: ServiceVerbs;
  /** The cheapest call that proves host and credentials. */
  readonly probe: (scope: CallScope) => Promise<void>;
}

/** The context that one request to the gateway passes to every backend call it causes. */
export interface CallScope {
  /** Aborts when the client goes away or the request times out: reads end at once, writes in flight do not. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every backend call. */
  readonly record?: ((call: CallRecord) => void) | undefined;
  /** Called before every read; throws when the request may cause no more calls (limits.maxBackendCalls). Writes are counted before they are recorded. */
  readonly admit?: (() => void) | undefined;
  /** True: read from the backend, not from the cache. */
  readonly fresh?: true | undefined;
  /** The permit of a journaled write, taken before its request leaves. Without one, a write may leave at any time. */
  readonly permit?: Permit | undefined;
}

export interface CallRecord {
  readonly backend: string;
  /** The backend's name of the call: "charges/list", "POST /clients", "GET /customers/{id}". */
  readonly function: string;
  readonly milliseconds: number;
  /** The number of records in a list's answer; null for any other. */
  readonly rows: number | null;
  readonly outcome: "ok" | ErrorCode;
  /** How many times it was sent; 1 = no retry. */
  readonly attempts: number;
  /** True: another request made the call, and this one shared its answer (single-flight). */
  readonly coalesced?: boolean;
}

/** The result for one key of a batch: a value, null for "does not exist", or the key's own failure. */
export type Loaded<T> = T | null | BillingError;

/** Reads a batch: one result for each id, in their order. May reject with a failure that concerns all keys (connection, credentials). */
export type GetMany<T> = (ids: readonly string[], scope: CallScope) => Promise<readonly Loaded<T>[]>;

export interface PageRequest {
  /** At least 1. */
  readonly first: number;
  /** A position that this adapter gave; null = the start. It comes from a client's cursor: a malformed one is INVALID_INPUT at "after". */
  readonly after: string | null;
}

/** `incomplete` tells how many rows of the backend's list are omitted, and why (kit/rows.ts). */
export interface Incomplete {
  readonly incomplete?: BillingError;
}

export interface Page<T> extends Incomplete {
  /** `position` is the place right behind the item; passed back as `after`. */
  readonly items: readonly { readonly value: T; readonly position: string }[];
  readonly hasNextPage: boolean;
}

export type List<T, Query> = (query: Query, page: PageRequest, scope: CallScope) => Promise<Page<T>>;

/**
 * A window on charges in the canonical order (adapter/charge-order.ts: newest first). The result holds at least the first `first` matching
 * charges behind `after`, each once, in any order. It may hold more, even some before `after`: the caller sorts and cuts. `complete`: there
 * are no others behind `after`.
 */
export interface ChargeWindow {
  readonly first: number;
  readonly after: ChargePosition | null;
}
/** The sort key of a charge. */
export interface ChargePosition {
  readonly date: string;
  readonly id: string;
}
export interface ChargeSet extends Incomplete {
  readonly charges: readonly Charge[];
  readonly complete: boolean;
}
export type ListCharges = (
  ownerIds: readonly string[],
  query: ChargeQuery,
  window: ChargeWindow,
  scope: CallScope,
) => Promise<readonly (ChargeSet | BillingError)[]>;

/** The facts by which a step is recognised in the backend afterwards. */
export interface Intent {
  /** Unique id of the step: letters, digits and "-", at most 40 characters. */
  readonly stepId: string;
  /** When the operation was recorded: RFC 3339, by the gateway's clock, the same in every attempt. */
  readonly createdAt: string;
  /** The note of this attempt, from the step's `note` or `noteAtOnce`; null where it has neither. */
  readonly note: string | null;
}

/**
 * A checked write that is not sent yet. Planning does no I/O. It validates the input strictly and throws INVALID_INPUT or UNSUPPORTED at
 * the field for everything that the backend cannot honour: no member of the input is silently dropped.
 */
export interface WritePlan<T> {
  /** The requests that change state, in their order. Reads that a step needs first are part of its `send`. */
  readonly steps: readonly WriteStep<T>[];
  /** Reads the stored object after the last step, where no step answered with it. */
  readonly read: (id: string, scope: CallScope) => Promise<T>;
  /** The backend's own dry run, where it has one: rejects as the write would. */
  readonly validate?: (scope: CallScope) => Promise<void>;
  /** The write that compensates this one (void, archive), for fan-outs that roll back; absent where the backend has none. */
  readonly undo?: (id: string) => WritePlan<T>;
}

export interface WriteStep<T> {
  /** The backend's name for the call: "charges/create", "POST /clients/save", "PUT /customers/{id}/transactions". */
  readonly action: string;
  /**
   * True: each time that it is sent, it moves the money of an object that exists already (executing a charge). The journal compares such
   * steps as it compares new charges, because the same object twice is probably a mistake.
   */
  readonly executes?: true;
  /**
   * True: it brings the object into a state that this has or has not (archived, void, deleted, liable). Then a warning of its comparison says that
   * the object is not in it, whatever the answer was: the outcome is unknown until a look tells.
   */
  readonly isState?: true;
  /**
   * Makes the note that is committed together with SENDING, before the request leaves: the values to send as far as the plan lacks them,
   * the backend's time, and the records that exist already and must not pass for this step's work. `send` sends by the note and `find`
   * compares with it; neither computes it again. Reads only. Text of at most 64 KiB.
   */
  readonly note?: (id: string | null, intent: Intent, scope: CallScope) => Promise<string>;
  /** Makes the same note without a call to the backend, which saves a commit; null where that is not possible now. */
  readonly noteAtOnce?: (intent: Intent) => string | null;
  /**
   * Sends the request, once. Rejects with a retryable UNAVAILABLE when the request never left, with OUTCOME_UNKNOWN when it left and no
   * understandable answer came.
   *
   * @param id local id of the object; null until a step has created it
   */
  readonly send: (id: string | null, intent: Intent, scope: CallScope) => Promise<Written<T>>;
  /**
   * After a create's answer: reads the record that it names, once; null where it cannot be read. Rejects with OUTCOME_UNKNOWN where the id is
   * not the new record's. Made by kit/created.ts; every create whose answer names its record has it.
   *
   * @param answered the record as the answer shows it
   */
  readonly prove?: (id: string, answered: Shown | undefined, intent: Intent, scope: CallScope) => Promise<(T & Shown) | null>;
  /**
   * Looks for what the request left behind: after an unknown outcome, and before the step is sent again. Reads only. Rejects when the
   * answers of the backend prove nothing.
   */
  readonly find: (id: string | null, intent: Intent, scope: CallScope) => Promise<Finding>;
  /**
   * After success: warns of each member of the object that differs from what this step sent, and from what the backend may store for it. Reads only
   * what `shown`, the object from the write's answer or read back, does not show. Absent: the step sends nothing to compare.
   */
  readonly compare?: (shown: Shown, intent: Intent, scope: CallScope) => Promise<readonly Warning[]>;
  /** The same where the object does not show it (deleted, liable for a tax): looks for itself. */
  readonly compareApart?: (id: string, intent: Intent, scope: CallScope) => Promise<readonly Warning[]>;
}

/** The part of an object that `compare` needs. */
export interface Shown {
  readonly id: string;
  readonly raw: Raw;
}

/** The result of a look. With neither `ours` nor `candidates`, the step has not happened, or is not visible yet. */
export interface Finding {
  /**
   * Surely the work of a step like this one: it agrees with everything that was sent, as a backend may store it, and was made since the
   * intent by the backend's clock. Several cannot be told apart. For a change: the object, when it is as the change would have left it.
   */
  readonly ours: readonly Trace[];
  /**
   * Perhaps the step's work: of the same owner, and made since the intent or of unknown age, whatever its texts, amounts and dates are now.
   * For a change: the object, when it is neither as noted nor as the change would have left it.
   */
  readonly candidates: readonly Candidate[];
}

/** A trace that a step left behind. */
export interface Trace {
  /** Local id of the object that the step created or changed. */
  readonly id: string;
  /**
   * Names what no two steps can both have made: the new object, a ledger entry. Null where doing it twice leaves the same (updates,
   * archiving, liability).
   */
  readonly claim: string | null;
}

export interface Candidate extends Trace {
  /** Members of the unified input that differ from what was sent: "amount". None where only its age is in doubt. */
  readonly differs: readonly string[];
}

export interface Written<T> {
  /** Null where it was done, but the backend neither names nor shows what it made. */
  readonly id: string | null;
  /** For a create whose answer does not name what it made: all records that look like it, newest first (earlier steps see fewer). Any will do. */
  readonly alike?: readonly string[];
  /** The object after this step, where the backend answers with it. */
  readonly value?: T;
  /**
   * For a step that changes an object and leaves something behind that `find` could take for another step's work (a ledger entry): the
   * claims that may be its own. They look the same, so any that no other step has will do.
   */
  readonly claims?: readonly string[];
}

/** A verb that declares its input, and refuses by that: made by `creating` and `changing` of kit/taking.ts. */
export interface Declared<Input extends WriteInput> {
  readonly takes: TakesOf<Input>;
}
type Create<Name extends WriteInput, T> = Declared<Name> & ((input: Inputs[Name]) => WritePlan<T>);
type Update<Name extends WriteInput, T> = Declared<Name> & ((id: string, change: Inputs[Name]) => WritePlan<T>);

export interface CustomerVerbs {
  readonly getMany: GetMany<Customer>;
  readonly list: List<Customer, CustomerQuery>;
  /** Present where e-mail and phone are stored apart from the customer record: one call for all ids. */
  readonly getContacts?: GetMany<Contact>;
  readonly create?: Create<"customer", Customer>;
  readonly update?: Update<"customerChange", Customer>;
  readonly archive?: (id: string) => WritePlan<Customer>;
  readonly restore?: (id: string) => WritePlan<Customer>;
}

export interface ChargeVerbs {
  readonly getMany: GetMany<Charge>;
  readonly listByCustomers: ListCharges;
  /** Lists the charges that are defined on a plan, for everybody on it. */
  readonly listByPlans?: ListCharges;
  readonly create?: Create<"charge", Charge>;
  readonly update?: Update<"chargeChange", Charge>;
  readonly void?: (id: string) => WritePlan<Charge>;
  readonly execute?: (id: string) => WritePlan<Charge>;
  /** Creates a credit, which is listed as a charge of the kind CREDIT. */
  readonly createCredit?: Create<"credit", Charge>;
}

export interface TaxVerbs {
  readonly getMany: GetMany<Tax>;
  readonly list: List<Tax, TaxQuery>;
  /** Lists the taxes that apply to each customer; absent where the backend cannot tell. */
  readonly listByCustomers?: (
    customerIds: readonly string[],
    scope: CallScope,
  ) => Promise<readonly (readonly Tax[] | BillingError)[]>;
  /** Null where the backend cannot tell for this subject. */
  readonly isLiable?: (taxId: string, subject: LiabilitySubject, scope: CallScope) => Promise<boolean | null>;
  readonly create?: Create<"tax", Tax>;
  readonly update?: Update<"taxChange", Tax>;
  readonly archive?: (id: string) => WritePlan<Tax>;
  readonly setLiability?: Declared<"liability"> & ((id: string, subject: LiabilitySubject, liable: boolean) => WritePlan<Tax>);
}

export interface PlanVerbs {
  readonly getMany: GetMany<Plan>;
  readonly list: List<Plan, CatalogueQuery>;
}

export interface ServiceVerbs {
  readonly getMany: GetMany<Service>;
  readonly list: List<Service, CatalogueQuery>;
}

export type CatalogueQuery = Readonly<Record<string, never>>;

/**
 * The right to send the request of one step, for a short time from the commit that recorded it as SENDING. A process that takes the
 * operation over relies on it: nothing leaves later.
 */
export interface Permit {
  /**
   * Called in the turn of the event loop in which the request is handed to a connected socket. False: the permit has expired, and the
   * request must not leave. True: from now on the request may have reached the backend.
   */
  readonly take: () => boolean;
}
