import { it, type TestContext } from "vitest";
import type { Adapter } from "../../src/adapter/adapter.ts";
import type {
  Capability,
  Charge,
  ChargeChange,
  ChargeInput,
  ChargeStatus,
  CreditInput,
  Customer,
  CustomerChange,
  CustomerInput,
  TaxChange,
  TaxInput,
} from "../../src/model/model.ts";
import type { ConditionsInForce } from "../../src/sandbox/conditions.ts";
import type { Fault } from "../../src/sandbox/simulated.ts";

/** All in which the backends differ as far as the contract suite is concerned; the behaviour it demands is the same for all. */
export interface Dialect {
  readonly kind: string;
  readonly currency: string;
  /** Exactly what the connection can do. */
  readonly capabilities: readonly Capability[];
  /** Starts a fresh backend with about 40 customers. */
  readonly start: () => Promise<Running>;
  /** Why cases about broken answers do not concern it; null = they do. */
  readonly noTransport: string | null;
  /** The sandbox's name for the call that a write step's action makes. */
  readonly faultTarget: (action: string) => string;
  /** Well-formed ids that nothing has. */
  readonly unknownIds: { readonly customer: string; readonly charge: string; readonly tax: string };
  readonly customer: WriteDialect<CustomerInput, CustomerChange>;
  readonly charge: WriteDialect<ChargeInput, ChargeChange> & {
    readonly statusWhenCreated: ChargeStatus;
    /** Null: a void charge is not found any more. */
    readonly statusWhenVoid: ChargeStatus | null;
    /** Amounts that must come back exactly. */
    readonly amounts: readonly string[];
  };
  /** Null: the backend has no credits. They cannot be changed. */
  readonly credit:
    | (WriteDialect<CreditInput, never> & {
        readonly statusWhenCreated: ChargeStatus;
        /** Whether one that nothing was settled with can be voided. */
        readonly voidable: boolean;
        /** Amounts that must come back exactly, below zero. */
        readonly amounts: readonly string[];
      })
    | null;
  readonly tax: WriteDialect<TaxInput, TaxChange> | null;
  /** "CHARGE_CREATE taxAmount": members that cannot be at their limits by themselves, because others must fit. */
  readonly untried?: readonly string[];
  readonly looking: LookingDialect;
  /**
   * The members of records in which the backend keeps what is written, by their paths ("*" for each item of a list): an independent
   * table beside the adapter's own. Empty: it has no transport.
   */
  readonly stored: Readonly<Partial<Record<"customer" | "charge" | "credit" | "tax", Readonly<Record<string, StoredMember>>>>>;
}

export interface StoredMember {
  /** The input's member, "address.lines.0" for a line of several, "appliesTo:CALLS" for an item of a list. */
  readonly field: string;
  /** Members that it may also come from, and is told by their name where it does: a start is a date. */
  readonly orFrom?: string;
  /** What a create sends of it where the input does not name it; absent: nothing. */
  readonly implied?: "something" | "nothing" | ((said: object) => "something" | "nothing" | undefined);
  /** AS_SENT: a record without it is as it was sent, because it is proven in another way or stands for a default; ZERO: for a 0. */
  readonly whenAbsent?: "AS_SENT" | "ZERO";
  /** Where it is not told, it is taken for true. */
  readonly trueUnlessTold?: true;
  /** It decides about others: what is told when it is altered is not said here. */
  readonly decides?: true;
}

/** How what a write left behind may look in a backend. */
export interface LookingDialect {
  readonly customer: LookedFor<CustomerInput>;
  readonly charge: LookedFor<ChargeInput>;
  readonly credit: LookedFor<CreditInput> | null;
  readonly tax: LookedFor<TaxInput> | null;
  /** What a person changes of a customer, as stored, so that its charges are in another currency; null where that is nothing. */
  readonly otherCurrency: object | null;
  /**
   * The member in which a charge's record names its customer, where the list of a customer holds that customer's records only; null where
   * a backend may ignore the filter and list everybody's.
   */
  readonly chargeOwner: string | null;
  /** How long before a like record must be made to be known as older: ids count, dates are whole seconds. */
  readonly secondsBetween: number;
  /** The same backend at the other end of the world; null where it names no time zone. */
  readonly startFarAway: (() => Promise<Running>) | null;
}

export interface LookedFor<Input> {
  /** The sandbox's name for these records. */
  readonly kind: string;
  /** The sandbox's id of a record, from the adapter's. */
  readonly recordId: (id: string) => string;
  /** An input of which `text` is the freest text. */
  readonly input: (references: References, text: string) => Input;
  /** What a person corrects, as stored, and the members of the input that are not as sent then. */
  readonly edits: readonly Edit[];
  /** An amount or rate with more decimals than the backend keeps; null where it is refused. */
  readonly fraction: Partial<Input> | null;
  /** The stored member in which the adapter leaves a mark of its own, by which a corrected record is still known for ours; null: none. */
  readonly mark: string | null;
  /** What a record that a person made at that time has in place of the adapter's marks, as stored. */
  readonly madeByHand?: (at: Date) => object;
  /** Default "always". "unlessAltered": nothing tells that a record is new once the backend has altered its texts. */
  readonly tellsAge?: "always" | "unlessAltered";
  /** A code of the caller's own; null where there is none. */
  readonly reference: ((tag: string) => Partial<Input>) | null;
}

export interface Edit {
  readonly members: object | ((id: string) => object);
  readonly differs: readonly string[];
}

/** How a backend takes one kind of object. */
export interface WriteDialect<Input, Change> {
  /** Inputs that it takes, each with a title; the first one is the plainest. `tag` is unique and belongs into the name or notes. */
  readonly inputs: (references: References, tag: string) => readonly Titled<Input>[];
  /** Members that it takes but does not show afterwards. */
  readonly unreadable: readonly (keyof Input)[];
  /** What it cannot honour: added to the plainest input, each is refused with UNSUPPORTED at the field. */
  readonly refused: readonly Refusal<Input>[];
  /** What is wrong: added to the plainest input, each is refused with INVALID_INPUT at the field. */
  readonly invalid: readonly Refusal<Input>[];
  /** Changes that it takes, each applied alone. */
  readonly changes: (references: References, tag: string) => readonly Change[];
  readonly refusedChanges: readonly Refusal<Change>[];
  readonly invalidChanges: readonly Refusal<Change>[];
  /** Further members of the model that change with a member of a change. */
  readonly follows?: Readonly<Record<string, readonly string[]>>;
}

export interface Titled<Input> {
  readonly title: string;
  readonly input: Input;
  /** True: the backend's list does not show what this makes; by id it is found all the same. */
  readonly unlisted?: boolean;
}

export interface Refusal<Input> {
  readonly with: Partial<Input>;
  /** First element of the error's field path. */
  readonly field: string;
}

/** Things of the running backend that inputs can refer to; null where it has none. */
export interface References {
  readonly customerId: string;
  readonly planId: string | null;
  readonly otherPlanId: string | null;
  readonly serviceId: string | null;
  readonly taxId: string | null;
}

/** The ways to connect to a running backend: as configured, with a wrong password, to a closed port, with a short timeout. */
export type Line = "open" | "wrongCredentials" | "unreachable" | "impatient";

export interface Running {
  /** A new adapter that shares nothing with the others but the configuration. */
  readonly connect: (line?: Line) => Adapter;
  /** How many calls have reached the backend. */
  readonly countCalls: () => number;
  readonly setFaults: (faults: readonly Fault[]) => void;
  /** Shown every answer before it is sent, by the sandbox's name of its call, to change it; undefined: it is no JSON. Null: no more. */
  readonly alterAnswers: (alter: ((name: string, body: unknown) => void) | null) => void;
  /** Answers the calls of these names (the sandbox's) with these bodies, and does nothing. Null: no more. */
  readonly pretend: (answers: ReadonlyMap<string, string> | null) => void;
  readonly setConditions: (conditions: ConditionsInForce) => void;
  /** A person changes a record at the backend's own screens; members as stored. */
  readonly editByHand: (kind: string, id: string, members: object) => void;
  /** Texts that must never come out of an adapter. */
  readonly secrets: readonly string[];
  readonly close: () => Promise<void>;
}

/** What the cases share: the dialect, and, once the backend runs, how to get at it. */
export interface Contract {
  readonly dialect: Dialect;
  readonly state: () => ContractState;
}

export interface ContractState {
  readonly running: Running;
  readonly adapter: Adapter;
  readonly references: References;
  /** The customers and charges the backend started with, as listed, charges in the canonical order. */
  readonly customers: readonly Customer[];
  readonly charges: readonly Charge[];
}

type Case = (title: string, run: (context: TestContext) => Promise<void> | void, timeoutMs?: number) => void;

/** A case for backends with these capabilities; on others it is reported as skipped, with the reason. */
export function needing(dialect: Dialect, ...capabilities: readonly Capability[]): Case {
  const missing = capabilities.filter((capability) => !dialect.capabilities.includes(capability));
  return unless(missing.length === 0 ? null : `the backend has no ${missing.join(", ")}`);
}

/** A case that is skipped for the given reason, if there is one. */
export function unless(reason: string | null): Case {
  return reason === null
    ? (title, run, timeoutMs) => it(title, run, timeoutMs)
    : (title) => it(title, ({ skip }) => skip(reason));
}
