import type { Random } from "../world.ts";
import { type BillingCycle, billingDay, dateTimeOf, dayOf, millisecondsPerDay, startOfDay } from "./dates.ts";
import { accountBalance, type Bookkeeping, post, postReversal } from "./ledger.ts";
import type { V01Settings } from "./options.ts";
import {
  type Customer,
  type Ledger,
  type PaymentOption,
  type Plan,
  type Subscription,
  type Transaction,
  takeId,
  type V01State,
} from "./state.ts";

interface LedgerSeed {
  readonly state: V01State;
  readonly settings: V01Settings;
  readonly random: Random;
  readonly customer: Customer;
  readonly paymentOption: PaymentOption;
  readonly now: Date;
  /** When it became a customer. */
  readonly since: Date;
  /** About 4 to 20 entries, or at most 11. */
  readonly size: "full" | "short";
  readonly takeTransactionId: (date: Date) => bigint;
}

/** The most days of a cycle, and how many cycles fit into two years and a ledger of twenty entries. */
const cycles: Readonly<Record<BillingCycle, { readonly days: number; readonly maximum: number }>> = {
  W: { days: 7, maximum: 8 },
  M: { days: 31, maximum: 8 },
  Q: { days: 92, maximum: 8 },
  S: { days: 184, maximum: 4 },
  A: { days: 366, maximum: 2 },
};

/** Tax on telecommunication and office services by country, in hundredths of a percent; elsewhere no tax is charged. */
const taxByCountry: Readonly<Record<string, number>> = {
  US: 725,
  CA: 500,
  DE: 1_900,
  GB: 2_000,
  FR: 2_000,
  ES: 2_100,
  IT: 2_200,
};

interface Schedule {
  readonly plan: Plan;
  /** The day of each billing. */
  readonly days: readonly string[];
}

/** A customer's plan and its billing days, limited by the customer's age, two years and the ledger's size. */
const scheduleOf = ({ state, customer, random, now, since, size }: LedgerSeed): Schedule => {
  const sold = [...state.plans.values()].filter(({ accountId, isActive }) => isActive && accountId === customer.accountId);
  const plan = random.pick(sold);
  const { days, maximum } = cycles[plan.billingCycleType];
  const age = Math.floor((now.getTime() - since.getTime()) / millisecondsPerDay) - 1;
  const sinceLastBilling = random.integer(1, Math.max(1, Math.min(days - 3, age)));
  const possible = Math.max(1, Math.floor((age - sinceLastBilling) / days) + 1);
  const count = Math.min(possible, size === "short" ? Math.min(maximum, 3) : maximum);
  const last = dayOf(new Date(now.getTime() - sinceLastBilling * millisecondsPerDay));
  const first = billingDay(last, plan.billingCycleType, 1 - count);
  return { plan, days: Array.from({ length: count }, (_, index) => billingDay(first, plan.billingCycleType, index)) };
};

/** Stores the subscription of a schedule. A few are frozen for the next payment; those of inactive customers are cancelled. */
const seedSubscription = ({ plan, days }: Schedule, { state, customer, paymentOption, random, settings }: LedgerSeed) => {
  const [firstBillingDate = ""] = days;
  const lastBillingDate = days.at(-1) ?? firstBillingDate;
  const next = billingDay(firstBillingDate, plan.billingCycleType, days.length);
  const afterNext = billingDay(firstBillingDate, plan.billingCycleType, days.length + 1);
  const isFrozen = customer.isActive && random.next() < 0.05;
  const subscription: Subscription = {
    id: takeId(state, "subscription"),
    code: `${customer.code}-${plan.billingCycleType}`,
    accountId: customer.accountId,
    customerId: customer.id,
    amount: plan.amount,
    taxAmount: taxOf(plan.amount, customer, settings),
    createDate: `${firstBillingDate} 01:30:00`,
    firstBillingDate,
    lastBillingDate,
    nextBillingDate: nextOf(customer, isFrozen ? afterNext : next),
    billingCycleType: plan.billingCycleType,
    planId: plan.id,
    planName: plan.name,
    paymentOptionId: paymentOption.id,
    adjustments: [
      ...(customer.isActive ? [] : [{ id: takeId(state, "adjustment"), type: "C" as const, effectiveDate: lastBillingDate }]),
      ...(isFrozen
        ? [{ id: takeId(state, "adjustment"), type: "F" as const, effectiveDate: next, endDate: afterNext, length: 1 }]
        : []),
    ],
  };
  state.subscriptions.set(subscription.id, subscription);
  return subscription;
};

const nextOf = (customer: Customer, day: string): string | undefined => (customer.isActive ? day : undefined);

/** The tax in an amount, or on top of it, in cents; undefined if there is none. */
const taxOf = (amount: number, { countryCode }: Customer, { taxIncluded }: V01Settings): number | undefined => {
  const rate = taxByCountry[countryCode ?? ""];
  return rate === undefined ? undefined : Math.round((amount * rate) / (taxIncluded ? 10_000 + rate : 10_000));
};

/** In cents. */
const setupFee = 4_900;
const lateFee = 1_500;
const overpayment = 2_500;
const goodwill = 990;
const referral = 1_250;

/** The final state of a ledger: all paid, one or two cycles unpaid, the last one half paid, or overpaid. */
const endings = ["settled", "settled", "settled", "owing", "owing", "partlyPaid", "inCredit"] as const;

/**
 * Fills a customer's ledger with the life of one subscription: a setup fee, invoices by the cycle, payments, a late fee, a
 * goodwill credit, an invoice issued by mistake and reversed. The bookkeeping is that of requests.
 */
export const seedLedger = (context: LedgerSeed): void => {
  const { state, customer, random } = context;
  const ledger = state.ledgers.get(customer.id) ?? { transactions: [], allocations: [] };
  const schedule = scheduleOf(context);
  const subscription = seedSubscription(schedule, context);
  const book = openBook(ledger, context);
  const entries = plannedEntries(schedule, subscription, random.pick(endings), book, context);
  for (const { enter } of entries.toSorted((one, other) => one.at.getTime() - other.at.getTime())) enter();
};

type Draft = Pick<Transaction, "type" | "amount"> & Partial<Transaction>;

/** Possible entries of one ledger. */
interface Book {
  readonly enter: (at: Date, draft: Draft) => void;
  /** Reverses the latest entry. */
  readonly reverseLatest: (at: Date) => void;
  readonly owed: () => number;
}

const openBook = (ledger: Ledger, { state, settings, customer, takeTransactionId }: LedgerSeed): Book => {
  const bookkeeping: Bookkeeping = { balancing: settings.balancing, takeAllocationId: () => takeId(state, "allocation") };
  const complete = (at: Date, { type, amount, ...rest }: Draft): Transaction => {
    const id = takeTransactionId(at);
    return {
      id,
      code: type === "RI" ? `inv-${id}` : String(id),
      accountId: customer.accountId,
      customerId: customer.id,
      createDate: dateTimeOf(at),
      type,
      dueDate: dayOf(at),
      amount,
      balance: amount,
      creatorCode: "billing-run",
      ...rest,
    };
  };
  return {
    enter: (at, draft) => post(ledger, complete(at, draft), bookkeeping),
    reverseLatest: (at) => {
      const original = ledger.transactions.at(-1);
      if (original === undefined) return;
      const { amount, taxAmount } = original;
      postReversal(ledger, original, complete(at, { type: "RR", amount, taxAmount, note: "Issued by mistake" }), bookkeeping);
    },
    owed: () => accountBalance(ledger.transactions),
  };
};

interface PlannedEntry {
  readonly at: Date;
  readonly enter: () => void;
}

const plannedEntries = (
  { plan, days }: Schedule,
  subscription: Subscription,
  ending: (typeof endings)[number],
  book: Book,
  { customer, paymentOption, random, settings, now, state }: LedgerSeed,
): readonly PlannedEntry[] => {
  const taxed = (amount: number) => ({ amount, taxAmount: taxOf(amount, customer, settings) });
  const moment = (day: string, hour: number): Date =>
    new Date(startOfDay(day).getTime() + hour * 3_600_000 + random.integer(0, 3_599) * 1_000);
  const entry = (at: Date, draft: Draft): PlannedEntry => ({ at, enter: () => book.enter(at, draft) });
  const yesterday = daysAfter(dayOf(now), -1);

  const invoice = (day: string): PlannedEntry =>
    entry(moment(day, 2), {
      type: "RI",
      ...taxed(plan.amount),
      dueDate: daysAfter(day, 14),
      note: `${plan.name} ${day.slice(0, 7)}`,
      subscriptionId: subscription.id,
    });

  const payment = (day: string, part: (owed: number) => number): PlannedEntry => {
    const paidOn = daysAfter(day, random.integer(0, Math.min(9, cycles[plan.billingCycleType].days - 2)));
    const at = new Date(Math.min(moment(paidOn, 9).getTime(), moment(yesterday, 9).getTime()));
    const { holderName, accountNumber, accountAccessory, token, zipCode } = paymentOption;
    const processed = () => ({ id: takeId(state, "processing"), holderName, accountNumber, accountAccessory, token, zipCode });
    const means = { accountType: "VC", accountNumber, subscriptionId: subscription.id };
    const enter = (): void => {
      const amount = part(book.owed());
      if (amount > 0) book.enter(at, { type: "AP", amount, ...means, processingInfo: processed() });
    };
    return { at, enter };
  };

  const mistake = (day: string): readonly PlannedEntry[] => {
    const reversedAt = moment(day, 6);
    return [
      entry(moment(day, 4), { type: "RI", ...taxed(plan.amount), note: "Duplicate invoice" }),
      { at: reversedAt, enter: () => book.reverseLatest(reversedAt) },
    ];
  };

  const [firstDay = yesterday] = days;
  const lastDay = days.at(-1) ?? firstDay;
  const unpaid = ending === "owing" ? random.integer(1, 2) : 0;
  const paid = days.slice(0, Math.max(0, days.length - unpaid));
  const lateFrom = daysAfter(days[paid.length] ?? lastDay, 15);
  const lastPart = (owed: number): number => {
    if (ending === "partlyPaid") return Math.ceil(owed / 2);
    return ending === "inCredit" ? owed + overpayment : owed;
  };
  const isLate = unpaid > 0 && lateFrom <= yesterday;
  const hasMistake = days.length < 3 || (days.length < cycles.M.maximum && random.next() < 0.3);
  const hasGoodwill = random.next() < 0.2;
  return [
    entry(moment(firstDay, 1), { type: "RF", ...taxed(setupFee), note: "Setup" }),
    ...days.map(invoice),
    ...paid.map((day) => payment(day, day === lastDay ? lastPart : (owed) => owed)),
    ...(hasMistake ? mistake(firstDay) : []),
    ...(isLate ? [entry(moment(lateFrom, 3), { type: "RL", amount: lateFee, note: "Late payment" })] : []),
    ...(hasGoodwill ? [entry(moment(lastDay, 7), { type: "RC", amount: goodwill, note: "Goodwill credit" })] : []),
    // Nothing is left to settle, so it stays unapplied and can still be reversed.
    ...(ending === "inCredit" ? [entry(moment(yesterday, 22), { type: "RC", amount: referral, note: "Referral credit" })] : []),
  ];
};

const daysAfter = (day: string, count: number): string => dayOf(new Date(startOfDay(day).getTime() + count * millisecondsPerDay));
