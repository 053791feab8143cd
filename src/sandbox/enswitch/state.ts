import type { Conditions } from "../conditions.ts";
import { columnsOf, Table } from "../table.ts";
import type {
  ChargeRow,
  CustomerRow,
  liabilityTypes,
  PersonRow,
  PlanRow,
  ProductRow,
  RoleRow,
  TaxRow,
  TransactionRow,
} from "./rows.ts";

export type Privilege =
  | "administrator"
  | "callshop"
  | "commerce"
  | "payment"
  | "reports"
  | "settings"
  | "system"
  | "user"
  | "wholesale";

export type LiabilityType = (typeof liabilityTypes)[number];

export interface Role extends RoleRow {
  readonly privileges: ReadonlySet<Privilege>;
}

export interface Person extends PersonRow {
  readonly password: string;
  /** Whether a login needs a second factor (guide 4.4, user/login, newer capture). */
  readonly totp: boolean;
}

/** All stored rows. A change replaces a row, so rows that were read stay as they were. */
export interface State {
  readonly customers: Table<number, CustomerRow>;
  readonly charges: Table<number, ChargeRow>;
  readonly taxes: Table<number, TaxRow>;
  readonly plans: Map<number, PlanRow>;
  readonly products: Map<number, ProductRow>;
  readonly people: Map<number, Person>;
  readonly roles: Map<number, Role>;
  readonly transactions: Table<number, TransactionRow>;
  /** 1 or 0 as taxes/liable/set has set it; see liabilityKey. */
  readonly liabilities: Map<string, number>;
  /** When customers and taxes were created, in Unix seconds by id: no column is known for it. */
  readonly customerCreated: Map<number, number>;
  readonly taxCreated: Map<number, number>;
  /** Plans that do not allow their customers to see transactions: 403. */
  readonly plansWithoutHistory: Set<number>;
  readonly lastIds: { customers: number; charges: number; taxes: number; transactions: number };
}

/** The system owner, the root of all customers. */
export const systemOwner = 1;

const columns = {
  customers: columnsOf({
    text: "name description email address1 address2 address3 address_city address_code address_state",
    code: "bill_ref",
  }),
  charges: columnsOf({ text: "name description", amount: "amount buy" }),
  taxes: columnsOf({ text: "name description", amount: "amount rate" }),
  transactions: columnsOf({ text: "description", amount: "amount amount_excluding_tax" }),
};

export const createState = (conditions: Conditions): State => ({
  customers: new Table(conditions, columns.customers),
  charges: new Table(conditions, columns.charges),
  taxes: new Table(conditions, columns.taxes),
  plans: new Map(),
  products: new Map(),
  people: new Map(),
  roles: new Map(),
  transactions: new Table(conditions, columns.transactions),
  liabilities: new Map(),
  customerCreated: new Map(),
  taxCreated: new Map(),
  plansWithoutHistory: new Set(),
  lastIds: { customers: 0, charges: 0, taxes: 0, transactions: 0 },
});

export const liabilityKey = (tax: number, type: LiabilityType, number: number): string => `${tax}/${type}/${number}`;

const highest = 2_000_000_000;

/** Ids count up and are never used again, like a database sequence. Scattered ids count down from far above. */
export const nextId = (state: State, table: keyof State["lastIds"]): number => {
  if (table !== "transactions" && state.customers.conditions.inForce().ids === "scattered") {
    state.lastIds[table] += 1;
    return highest - state.lastIds[table];
  }
  state.lastIds[table] += 1;
  return state.lastIds[table];
};

/** The customer's ancestors, nearest first, up to the system owner. */
export const ancestors = (state: Pick<State, "customers">, customer: number): number[] => {
  const chain: number[] = [];
  for (let parent = state.customers.get(customer)?.parent ?? 0; parent !== 0; parent = state.customers.get(parent)?.parent ?? 0) {
    chain.push(parent);
  }
  return chain;
};

export const childrenOf = (state: Pick<State, "customers">, parent: number): CustomerRow[] =>
  [...state.customers.values()].filter((customer) => customer.parent === parent);

/** All customers below `parent`, in no particular order. */
export const descendantsOf = (state: Pick<State, "customers">, parent: number): CustomerRow[] => {
  const byParent = Map.groupBy(state.customers.values(), (customer) => customer.parent);
  const found: CustomerRow[] = [];
  const open = [parent];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of byParent.get(next) ?? []) {
      found.push(child);
      open.push(child.id);
    }
  }
  return found;
};
