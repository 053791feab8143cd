/** BillingCycle (section 11.3): weekly, monthly, quarterly, semi-annual, annual. */
export const billingCycles = ["W", "M", "Q", "S", "A"] as const;
export type BillingCycle = (typeof billingCycles)[number];

export const millisecondsPerDay = 86_400_000;

const monthsPerCycle = { M: 1, Q: 3, S: 6, A: 12 } as const;

/** The vendor's Datetime: "yyyy-MM-dd HH:mm:ss", here in UTC (A16). */
export const dateTimeOf = (date: Date): string => date.toISOString().slice(0, 19).replace("T", " ");

/** The vendor's Date: "yyyy-MM-dd", here in UTC (A16). */
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** Midnight UTC of a "yyyy-MM-dd". */
export const startOfDay = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** Whether the text is an existing day, "yyyy-MM-dd", in the years of bills: 1900 to 2999. */
export const isDay = (text: string): boolean => {
  if (!/^(19|2\d)\d{2}-\d{2}-\d{2}$/.test(text)) return false;
  const start = startOfDay(text);
  return !Number.isNaN(start.getTime()) && dayOf(start) === text;
};

/**
 * The day of a billing, `count` cycles after the first one (before it if negative). If the first billing is on the 31st,
 * shorter months are billed on their last day, and longer ones again on the 31st.
 */
export const billingDay = (firstDay: string, cycle: BillingCycle, count: number): string => {
  const first = startOfDay(firstDay);
  if (cycle === "W") return dayOf(new Date(first.getTime() + count * 7 * millisecondsPerDay));
  const month = first.getUTCMonth() + count * monthsPerCycle[cycle];
  const lastOfMonth = new Date(Date.UTC(first.getUTCFullYear(), month + 1, 0));
  return dayOf(new Date(Date.UTC(first.getUTCFullYear(), month, Math.min(first.getUTCDate(), lastOfMonth.getUTCDate()))));
};

/** The number of billings before `day`, which is the `count` for billingDay of the first one on or after it. */
export const billingsBefore = (firstDay: string, cycle: BillingCycle, day: string): number => {
  let count = 0;
  while (billingDay(firstDay, cycle, count) < day) count++;
  return count;
};
