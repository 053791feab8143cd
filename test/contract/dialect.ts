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

/** All differences between backends that matter to the contract suite. The behaviour that it demands is the same for all. */
export interface Dialect {
  readonly kind: string;
  readonly currency: string;
  /** Exactly the capabilities of the connection. */
  readonly capabilities: readonly Capability[];
  /**
   * Starts a fresh backend with about 40 customers. If it cannot create customers, each case that needs one of its own takes one without
   * charges: about 120 of them.
   */
  readonly start: () => Promise<Running>;
  /** Why cases about broken answers do not apply; null = they do. */
  readonly noTransport: string | null;
  /** The sandbox's name for the call of a write step's action. */
  readonly faultTarget: (action: string) => string;
  /** Well-formed ids that do not exist. */
  readonly unknownIds: { readonly customer: string; readonly charge: string; readonly tax: string };
  /** What no customer of the backend has; filters by it find nobody. Default: some customer has each of them. */
  readonly customersLack?: readonly ("email" | "reference")[];
  /** Null: the backend neither creates nor changes customers. */
  readonly customer: WriteDialect<CustomerInput, CustomerChange> | null;
  /** Null: the backend neither creates nor changes charges. */
  readonly charge:
    | (WriteDialect<ChargeInput, ChargeChange> & {
        readonly statusWhenCreated: ChargeStatus;
        /** Null: a voided charge is not found any more. */
        readonly statusWhenVoid: ChargeStatus | null;
        /** Amounts that must come back exactly. */
        readonly amounts: readonly string[];
      })
    | null;
  /** Null: the backend has no credits. Credits cannot be changed. */
  readonly credit:
    | (WriteDialect<CreditInput, never> & {
        readonly statusWhenCreated: ChargeStatus;
        /** Whether a credit can be voided if it has settled nothing. */
        readonly voidable: boolean;
        /** Amounts that must come back exactly, below zero. */
        readonly amounts: readonly string[];
      })
    | null;
  readonly tax: WriteDialect<TaxInput, TaxChange> | null;
  /**
   * What the backend replaces as a whole without a version: another's change in the moment between the gateway's last read and its request is
   * lost, and nothing shows it.
   */
  readonly replacesWhole?: readonly ("customer" | "charge" | "tax")[];
  /** "CHARGE_CREATE taxAmount": members that cannot be tested at their limits alone, because others must fit. */
  readonly untried?: readonly string[];
  readonly looking: LookingDialect;
  /**
   * Where the backend stores written values: members of its records by path ("*" for each item of a list). An independent table
   * beside the adapter's own. Empty: it has no transport.
   */
  readonly stored: Readonly<Partial<Record<"customer" | "charge" | "credit" | "tax", Readonly<Record<string, StoredMember>>>>>;
}

export interface StoredMember {
  /** The input's member: "address.lines.0" for one of several lines, "appliesTo:CALLS" for an item of a list. */
  readonly field: string;
  /** Other members that its value may come from; a warning then names them: a start is a date. */
  readonly orFrom?: string;
  /** The value that a create sends if the input has none; absent: no value. */
  readonly implied?: "something" | "nothing" | ((said: object) => "something" | "nothing" | undefined);
  /** AS_SENT: a record without it counts as stored as sent, since it is proven otherwise or has a default. ZERO: counts as 0. */
  readonly whenAbsent?: "AS_SENT" | "ZERO";
  /** If it is absent, it counts as true. */
  readonly trueUnlessTold?: true;
  /** Other members depend on it, so warnings about its alteration are not listed here. */
  readonly decides?: true;
}

/** How the record of a write may look in a backend. */
export interface LookingDialect {
  readonly customer: LookedFor<CustomerInput> | null;
  readonly charge: LookedFor<ChargeInput> | null;
  readonly credit: LookedFor<CreditInput> | null;
  readonly tax: LookedFor<TaxInput> | null;
  /** A person's change of a customer, as stored, that puts its charges into another currency; null if there is none. */
  readonly otherCurrency: object | null;
  /**
   * The member in which a charge's record names its customer, if the list of a customer has only its own records. Null if the
   * backend may ignore the filter and list everybody's.
   */
  readonly chargeOwner: string | null;
  /** Seconds by which a similar record must be older to be known as older: ids grow, dates are whole seconds. */
  readonly secondsBetween: number;
  /** The same backend in a distant time zone; null if it names no zone. */
  readonly startFarAway: (() => Promise<Running>) | null;
}

export interface LookedFor<Input> {
  /** The sandbox's name for these records. */
  readonly kind: string;
  /** The sandbox's id of a record, from the adapter's. */
  readonly recordId: (id: string) => string;
  /** An input whose freest text is `text`. */
  readonly input: (references: References, text: string) => Input;
  /** A person's correction as stored, and the members of the input that it changes. */
  readonly edits: readonly Edit[];
  /** An amount or rate with more decimals than the backend keeps; null if it refuses that. */
  readonly fraction: Partial<Input> | null;
  /** The stored member with the adapter's own mark, by which a corrected record is still recognised as ours; null: none. */
  readonly mark: string | null;
  /** Stored values that a record made by a person at that time has in place of the adapter's marks. */
  readonly madeByHand?: (at: Date) => object;
  /** Default "always". "unlessAltered": once the backend has altered its texts, nothing shows that a record is new. */
  readonly tellsAge?: "always" | "unlessAltered";
  /** A code of the caller's own; null if there are none. */
  readonly reference: ((tag: string) => Partial<Input>) | null;
}

export interface Edit {
  readonly members: object | ((id: string) => object);
  readonly differs: readonly string[];
}

/** How a backend takes one kind of object. */
export interface WriteDialect<Input, Change> {
  /** Inputs that it accepts, each with a title; the first is the simplest. `tag` is unique, and must be in the name or notes. */
  readonly inputs: (references: References, tag: string) => readonly Titled<Input>[];
  /** Members that it accepts but does not show afterwards. */
  readonly unreadable: readonly (keyof Input)[];
  /** Members that it cannot honour. Added to the simplest input, each is refused with UNSUPPORTED at the field. */
  readonly refused: readonly Refusal<Input>[];
  /** Wrong values. Added to the simplest input, each is refused with INVALID_INPUT at the field. */
  readonly invalid: readonly Refusal<Input>[];
  /** Changes that it accepts, each applied alone. */
  readonly changes: (references: References, tag: string) => readonly Change[];
  readonly refusedChanges: readonly Refusal<Change>[];
  readonly invalidChanges: readonly Refusal<Change>[];
  /** Other members of the model that change together with a member of a change. */
  readonly follows?: Readonly<Record<string, readonly string[]>>;
}

export interface Titled<Input> {
  readonly title: string;
  readonly input: Input;
  /** True: the backend's list does not show the new object, but a look-up by id does. */
  readonly unlisted?: boolean;
}

export interface Refusal<Input> {
  readonly with: Partial<Input>;
  /** First element of the error's field path. */
  readonly field: string;
}

/** Objects of the running backend that inputs can refer to; null if it has none. */
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
  /**
   * Calls the function with every answer before it is sent, and with the sandbox's name of its call. It may change the answer;
   * undefined: it is not JSON. Null: stop.
   */
  readonly alterAnswers: (alter: ((name: string, body: unknown) => void) | null) => void;
  /** Answers the calls of these names (the sandbox's) with these bodies, and does nothing. Null: stop. */
  readonly pretend: (answers: ReadonlyMap<string, string> | null) => void;
  readonly setConditions: (conditions: ConditionsInForce) => void;
  /** A person changes a record in the backend's own interface; members as stored. */
  readonly editByHand: (kind: string, id: string, members: object) => void;
  /** A person removes a record there, if it is there: lists that grow with every round cost more than what is tested. */
  readonly removeByHand: (kind: string, id: string) => void;
  /** Texts that must never come out of an adapter. */
  readonly secrets: readonly string[];
  readonly close: () => Promise<void>;
}

/** The cases' common context: the dialect and, once the backend runs, access to it. */
export interface Contract {
  readonly dialect: Dialect;
  readonly state: () => ContractState;
}

export interface ContractState {
  readonly running: Running;
  readonly adapter: Adapter;
  readonly references: References;
  /** The customers and charges with which the backend started, charges in the canonical order. */
  readonly customers: readonly Customer[];
  readonly charges: readonly Charge[];
  /** The id of a customer without charges that only the calling case writes to. */
  readonly ownCustomer: () => Promise<string>;
}

type Case = (title: string, run: (context: TestContext) => Promise<void> | void, timeoutMs?: number) => void;

/** A case for backends with these capabilities. On others it is skipped, with the reason. */
export function needing(dialect: Dialect, ...capabilities: readonly Capability[]): Case {
  const missing = capabilities.filter((capability) => !dialect.capabilities.includes(capability));
  return unless(missing.length === 0 ? null : `the backend has no ${missing.join(", ")}`);
}

/** A case that is skipped if there is a reason. */
export function unless(reason: string | null): Case {
  return reason === null
    ? (title, run, timeoutMs) => it(title, run, timeoutMs)
    : (title) => it(title, ({ skip }) => skip(reason));
}
