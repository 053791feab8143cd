import { expireReplaced, newRate } from "./catalogue.ts";
import { type BillingCycle, dateTimeOf, millisecondsPerDay, startOfDay } from "./dates.ts";
import type { V01Settings } from "./options.ts";
import { type Plan, takeId, type V01State } from "./state.ts";

/** Name, cycle, cents per cycle, whether it is still sold, and whether the second merchant account owns it. */
const plans: readonly (readonly [name: string, cycle: BillingCycle, amount: number, isActive: boolean, isSecond?: true])[] = [
  ["Cleaning Weekly", "W", 3_900, true],
  ["Office Monthly", "M", 14_900, true],
  ["Office Monthly Plus", "M", 24_950, true],
  ["Support Quarterly", "Q", 59_700, true],
  ["Maintenance Semi-Annual", "S", 119_000, true],
  ["Licence Annual", "A", 249_900, true],
  ["Fax Monthly", "M", 990, false],
  ["Workshop Monthly", "M", 8_900, true, true],
  ["Workshop Quarterly", "Q", 24_900, true, true],
];

export const seedPlans = (state: V01State, settings: V01Settings, now: Date): void => {
  for (const [index, [name, billingCycleType, amount, isActive, isSecond]] of plans.entries()) {
    const id = takeId(state, "plan");
    const plan: Plan = {
      id,
      // Some merchants name their plans; the code of other plans is their id (section 2.8).
      code: index % 3 === 2 ? String(id) : name.toLowerCase().replaceAll(/[ -]+/g, "_"),
      accountId: isSecond ? settings.secondAccountId : settings.accountId,
      createDate: dateTimeOf(new Date(now.getTime() - (1_900 - index * 90) * millisecondsPerDay)),
      name,
      billingCycleType,
      amount,
      isActive,
    };
    state.plans.set(id, plan);
  }
};

/**
 * Past and current rates: country, state, start, hundredths of a percent, description, whether it is still used. Sources:
 * Germany's Umsatzsteuergesetz section 12 with the half-year cut of 2020; Canada's GST history; the states' base sales taxes.
 */
const rates: readonly (readonly [
  country: string,
  state: string | undefined,
  from: string,
  value: number,
  text: string,
  used: boolean,
])[] = [
  ["US", "CA", "2013-01-01", 750, "California sales tax", false],
  ["US", "CA", "2017-01-01", 725, "California sales tax", true],
  ["US", "NY", "2005-06-01", 400, "New York sales tax", true],
  ["US", "MA", "2009-08-01", 625, "Massachusetts sales tax", true],
  ["US", "TX", "1990-07-01", 625, "Texas sales tax", true],
  ["US", "FL", "1988-02-01", 600, "Florida sales tax", true],
  ["CA", undefined, "1991-01-01", 700, "GST", false],
  ["CA", undefined, "2006-07-01", 600, "GST", false],
  ["CA", undefined, "2008-01-01", 500, "GST", true],
  ["CA", "ON", "2010-07-01", 1_300, "HST Ontario", true],
  ["CA", "NS", "2010-07-01", 1_500, "HST Nova Scotia", false],
  ["CA", "NS", "2025-04-01", 1_400, "HST Nova Scotia", true],
  ["DE", undefined, "2007-01-01", 1_900, "Umsatzsteuer", false],
  ["DE", undefined, "2020-07-01", 1_600, "Umsatzsteuer", false],
  ["DE", undefined, "2021-01-01", 1_900, "Umsatzsteuer", true],
];

export const seedTaxRates = (state: V01State, { taxUnit }: V01Settings): void => {
  for (const [countryCode, region, effectiveDate, hundredths, description, isActive] of rates) {
    const rate = newRate(state, {
      countryCode,
      value: taxUnit === "hundredths" ? hundredths : Math.round(hundredths / 100),
      description,
      effectiveDate,
      isActive,
      createDate: dateTimeOf(new Date(startOfDay(effectiveDate).getTime() - 30 * millisecondsPerDay)),
      state: region,
    });
    state.taxRates.set(rate.id, rate);
    expireReplaced(state, rate);
  }
};
