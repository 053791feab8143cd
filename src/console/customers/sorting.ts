import { compareDecimals } from "../charges/by-month.ts";
import type { CustomerRow } from "./use-customer-rows.ts";

/** The columns by which customers can be sorted. */
export const sortableColumns = ["name", "reference", "status", "amountDue"] as const;

export interface CustomerSort {
  readonly column: (typeof sortableColumns)[number];
  readonly descending: boolean;
}

/** Reads the order from the address: "name", "-amountDue". Null for anything else. */
export function sortFrom(text: string): CustomerSort | null {
  const column = sortableColumns.find((each) => each === text.replace(/^-/, ""));
  return column === undefined ? null : { column, descending: text.startsWith("-") };
}

/** The order after a click on a column: first ascending, then descending, then none. */
export function nextSort(sort: CustomerSort | null, column: string): string | null {
  if (sort?.column !== column) return column;
  return sort.descending ? null : `-${column}`;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Sorts missing values last in both directions. Groups amounts by currency, as two currencies cannot be compared. Pure. */
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
