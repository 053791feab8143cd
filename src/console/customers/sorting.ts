import { compareDecimals } from "../charges/by-month.ts";
import type { CustomerRow } from "./use-customer-rows.ts";

/** Columns of customers that can be sorted by. */
export const sortableColumns = ["name", "reference", "status", "amountDue"] as const;

export interface CustomerSort {
  readonly column: (typeof sortableColumns)[number];
  readonly descending: boolean;
}

/** As the address has it: "name", "-amountDue". Null for anything else. */
export function sortFrom(text: string): CustomerSort | null {
  const column = sortableColumns.find((each) => each === text.replace(/^-/, ""));
  return column === undefined ? null : { column, descending: text.startsWith("-") };
}

/** What a click on a column asks for: upwards, then downwards, then not sorted. */
export function nextSort(sort: CustomerSort | null, column: string): string | null {
  if (sort?.column !== column) return column;
  return sort.descending ? null : `-${column}`;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** What has no value comes last, whatever the direction. Amounts of one currency together: others cannot be compared with them. Pure. */
export function sortedCustomers(rows: readonly CustomerRow[], sort: CustomerSort | null): readonly CustomerRow[] {
  if (sort === null) return rows;
  const { column, descending } = sort;
  const direction = descending ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [one, other] = [left[column], right[column]];
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
    if (typeof one === "object" && typeof other === "object") {
      return collator.compare(one.currency, other.currency) || direction * compareDecimals(one.amount, other.amount);
    }
    return direction * collator.compare(String(one), String(other));
  });
}
