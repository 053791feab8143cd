import type { BillingError, ErrorCode } from "../model/errors.ts";
import type { Charge, Contact, Customer, LiabilitySubject, Plan, Raw, Service, Tax } from "../model/model.ts";
import type { ChargeQuery, CustomerQuery, TaxQuery } from "../model/queries.ts";
import type { Warning } from "../model/warnings.ts";
import type { Inputs, TakesOf, WriteInput } from "./inputs.ts";

/**
 * What the gateway knows of a billing backend. An adapter is a plain object made by its module's `create`; it maps between the
 * unified model and one backend's wire format, returns only model values, and fails only with BillingError. It never retries,
 * caches, logs, or knows GraphQL.
 */
export interface Adapter {
  /** Key in the configuration, e.g. "pbx". */
  readonly key: string;
  /** As its module says it. */
  readonly kind: string;
  /** Which of the system's generations it speaks to, where they differ: "v2". */
  readonly generation?: string;
  /** ISO 4217; used where the backend itself names no currency. */
  readonly currency: string;
  /** IANA name of the zone that it cuts days in. */
  readonly timeZone: string;
  /** What its configuration leaves open and the adapter assumes, as sentences that name the setting: the start says them. */
  readonly assumptions?: readonly string[];
  /** Its plans of writes have `validate` wherever the backend has a dry run. Absent: it has none at all. */
  readonly dryRun?: true;
  /**
   * Lists whose `search` the backend itself narrows them by; default none: the adapter reads such a list from its start and
   * compares. Whoever has an index of them looks there instead.
   */
  readonly searches?: readonly ("customers" | "taxes")[];
  /**
   * Reads that cost the same few calls however much is asked for: lists of customers without pages, and charges of nearly
   * all customers. Default none.
   */
  readonly readsWhole?: readonly ("customers" | "charges")[];
  /** Its records of what repeats are what was billed, each once. Default: they are what repeats, and tell how. */
  readonly billsRepetitions?: true;
  readonly customers: CustomerVerbs;
  readonly charges: ChargeVerbs;
  readonly taxes?: TaxVerbs;
  readonly plans?: PlanVerbs;
  readonly services?: ServiceVerbs;
  /** The cheapest call that proves host and credentials. */
  readonly probe: (scope: CallScope) => Promise<void>;
}

/** What one request to the gateway passes down to every backend call it causes. */
export interface CallScope {
  /** Aborted when the client goes away or the request's time is up: reads end at once, writes that have left do not. */
  readonly signal?: AbortSignal | undefined;
  /** Told of every backend call, when it has ended. */
  readonly record?: ((call: CallRecord) => void) | undefined;
  /** Asked before every read; throws when the request may cause no more calls (limits.maxBackendCalls). Writes are counted before they are recorded. */
  readonly admit?: (() => void) | undefined;
  /** True: the backend itself is asked, not the cache. */
  readonly fresh?: true | undefined;
  /** Of a journaled write: asked before its request leaves. Without one, a write may leave at any time. */
  readonly permit?: Permit | undefined;
}

/**
 * The right to send the request of one step, for a short time from the commit that recorded it as sending. Whoever takes an
 * operation over counts on it that nothing leaves later.
 */
export interface Permit {
  /**
   * Asked in the turn of the event loop in which the request is handed to a connected socket. False: it has expired, and the
   * request must not leave. True: from now on the request may have reached the backend.
   */
  readonly take: () => boolean;
}

export interface CallRecord {
  readonly backend: string;
  /** The backend's own name for what was called, e.g. "charges/list", "POST /clients", "GET /customers/{id}". */
  readonly function: string;
  readonly milliseconds: number;
  /** How many records the answer held, where it is a list. */
  readonly rows: number | null;
  readonly outcome: "ok" | ErrorCode;
  /** How many times it was sent, 1 = no retry. */
  readonly attempts: number;
  /** True: another request caused the call, and this one was answered by it as well. */
  readonly coalesced?: boolean;
}

/** One key's result in a batch: a value, null for "does not exist", or that key's own failure. */
export type Loaded<T> = T | null | BillingError;

/** Same length and order as `ids`. A failure that concerns every key (connection, credentials) may also be thrown. */
export type GetMany<T> = (ids: readonly string[], scope: CallScope) => Promise<readonly Loaded<T>[]>;

export interface PageRequest {
  /** At least 1. */
  readonly first: number;
  /** A position this adapter gave, null = from the start. It comes from a client's cursor: a malformed one is INVALID_INPUT at "after". */
  readonly after: string | null;
}

/** `incomplete` says how many rows are in the backend's list that cannot be given, and why (kit/left-out.ts). */
export interface Incomplete {
  readonly incomplete?: BillingError;
}

export interface Page<T> extends Incomplete {
  /** `position` is the place right behind the item, to be handed back as `after`. */
  readonly items: readonly { readonly value: T; readonly position: string }[];
  readonly hasNextPage: boolean;
}

export type List<T, Query> = (query: Query, page: PageRequest, scope: CallScope) => Promise<Page<T>>;

/**
 * A window on charges in the canonical order (adapter/charge-order.ts: newest first). The result holds at least the first
 * `first` matching charges behind `after`, in any order, each once; it may hold more, also ones before `after`: the caller
 * sorts and cuts. `complete` = there are no others behind `after`.
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

/** What makes a step recognisable in the backend afterwards. */
export interface Intent {
  /** Unique id of the step: letters, digits and "-", at most 40 characters. */
  readonly stepId: string;
  /** When the operation was recorded, RFC 3339, by the gateway's clock: the same in every attempt. */
  readonly createdAt: string;
  /** What the step's `note` or `noteAtOnce` noted for this attempt; null where it has neither. */
  readonly note: string | null;
}

/**
 * A write that has been checked but not sent. Making one does no I/O: it validates the input strictly and throws INVALID_INPUT or
 * UNSUPPORTED naming the field for whatever the backend cannot honour; nothing a caller says is silently dropped.
 */
export interface WritePlan<T> {
  /** The requests that change state, in the order they are sent. Reads that a step needs first are part of its `send`. */
  readonly steps: readonly WriteStep<T>[];
  /** The object as the backend stores it, read after the last step when no step answered with it. */
  readonly read: (id: string, scope: CallScope) => Promise<T>;
  /** The backend's own dry run, where it has one: rejects as the write would. */
  readonly validate?: (scope: CallScope) => Promise<void>;
  /** The write that takes this one back (void, archive), for fan-outs that roll back; absent where the backend cannot. */
  readonly undo?: (id: string) => WritePlan<T>;
}

export interface WriteStep<T> {
  /** The backend's name for the call: "charges/create", "POST /clients/save", "PUT /customers/{id}/transactions". */
  readonly action: string;
  /**
   * What is recorded together with "sending", before the request leaves: what is going to be sent as far as it is not in the plan
   * itself, the backend's time, and what is there already and must not be taken for this step's work. `send` sends what the note
   * says and `find` compares with it; neither computes it again. Reads only. Text, at most 64 KiB.
   */
  readonly note?: (id: string | null, intent: Intent, scope: CallScope) => Promise<string>;
  /** The same note where it can be made without a call to the backend: that saves a commit. Null where it cannot, now. */
  readonly noteAtOnce?: (intent: Intent) => string | null;
  /**
   * Sends the request, once. `id` is the local id of the object being written: null until a step has created it. Rejects with
   * retryable UNAVAILABLE when the request never left, OUTCOME_UNKNOWN when it left and no understandable answer came.
   */
  readonly send: (id: string | null, intent: Intent, scope: CallScope) => Promise<Written<T>>;
  /**
   * After an unknown ending, and before a step is sent again: looks for what the request left behind. Reads only. Rejects when the
   * backend does not answer reliably, because then nothing follows.
   */
  readonly find: (id: string | null, intent: Intent, scope: CallScope) => Promise<Finding>;
  /**
   * After it has succeeded: in which members the object is not as this step sent it, nor as its backend may have stored that. `shown`
   * is the object as the write answered with it, or as it was read back. Reads only what that does not show. Absent: nothing is sent
   * that could be compared.
   */
  readonly compare?: (shown: Shown, intent: Intent, scope: CallScope) => Promise<readonly Warning[]>;
}

/** What of an object is compared: every object of the model has it. */
export interface Shown {
  readonly id: string;
  readonly raw: Raw;
}

/** What a look has shown. Neither `ours` nor `candidates`: it has certainly not happened, or is not visible yet. */
export interface Finding {
  /**
   * Surely the work of a step like this one: agrees with everything that was sent, as a backend may store it, and was made since
   * the intent by the backend's clock. Several: they cannot be told apart. Of a change: one when the object is as the change
   * would have left it.
   */
  readonly ours: readonly Trace[];
  /**
   * Could be its work: of the same owner, made since the intent or of unknown age, whatever its texts, amounts and dates are now.
   * Of a change: the object, when it is neither as it was noted nor as the change would have left it.
   */
  readonly candidates: readonly Candidate[];
}

/** What a step left behind. */
export interface Trace {
  /** Local id of the object that the step created or changed. */
  readonly id: string;
  /**
   * What no two steps can both have made: the new object's id, a ledger entry's id. Null where doing it twice leaves the same
   * (updates, archiving, liability).
   */
  readonly claim: string | null;
}

export interface Candidate extends Trace {
  /** Members of the unified input that are not as they were sent, e.g. "amount"; none where only its age is in doubt. */
  readonly differs: readonly string[];
}

export interface Written<T> {
  /** Null: it was done, and the backend neither tells what it has made nor shows it. */
  readonly id: string | null;
  /** Of a create whose answer does not tell what it made: all that look like it, newest first (earlier steps see fewer); any will do. */
  readonly alike?: readonly string[];
  /** The object after this step, where the backend answers with it. */
  readonly value?: T;
  /**
   * Of a step that changes an object and leaves something behind that `find` could take for another step's work (a ledger
   * entry): the claims that may be its own. They look the same, so any that no other step has will do.
   */
  readonly claims?: readonly string[];
}

/** A verb that says what its input may hold, and refuses by it: made by `creating` and `changing` of kit/taking.ts. */
export interface Declared<Input extends WriteInput> {
  readonly takes: TakesOf<Input>;
}
export type Create<Name extends WriteInput, T> = Declared<Name> & ((input: Inputs[Name]) => WritePlan<T>);
export type Update<Name extends WriteInput, T> = Declared<Name> & ((id: string, change: Inputs[Name]) => WritePlan<T>);

export interface CustomerVerbs {
  readonly getMany: GetMany<Customer>;
  readonly list: List<Customer, CustomerQuery>;
  /** Present where e-mail and phone live apart from the customer record: one call for all ids. */
  readonly getContacts?: GetMany<Contact>;
  readonly create?: Create<"customer", Customer>;
  readonly update?: Update<"customerChange", Customer>;
  readonly archive?: (id: string) => WritePlan<Customer>;
  readonly restore?: (id: string) => WritePlan<Customer>;
}

export interface ChargeVerbs {
  readonly getMany: GetMany<Charge>;
  readonly listByCustomers: ListCharges;
  /** Charges defined on a plan for everybody on it. */
  readonly listByPlans?: ListCharges;
  readonly create?: Create<"charge", Charge>;
  readonly update?: Update<"chargeChange", Charge>;
  readonly void?: (id: string) => WritePlan<Charge>;
  readonly execute?: (id: string) => WritePlan<Charge>;
  /** What it makes is listed among the charges, as one of the kind CREDIT. */
  readonly createCredit?: Create<"credit", Charge>;
}

export interface TaxVerbs {
  readonly getMany: GetMany<Tax>;
  readonly list: List<Tax, TaxQuery>;
  /** The taxes that apply to each customer; absent where the backend cannot tell. */
  readonly listByCustomers?: (
    customerIds: readonly string[],
    scope: CallScope,
  ) => Promise<readonly (readonly Tax[] | BillingError)[]>;
  /** Null = the backend cannot tell for this subject. */
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
