import type { ChargeKind, ChargeStatus, CustomerStatus } from "./model.ts";

/** Filters of lists. */

export interface CustomerQuery {
  readonly search?: string | null | undefined;
  /**
   * True: apply `search` only as far as the backend's own list does. It may miss some; the caller searches elsewhere as well.
   */
  readonly narrowed?: true | undefined;
  readonly email?: string | null | undefined;
  readonly reference?: string | null | undefined;
  readonly status?: CustomerStatus | null | undefined;
}

export interface ChargeQuery {
  /** `from` and `to` are both inclusive, and compared with Charge.date. */
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
  readonly status?: readonly ChargeStatus[] | null | undefined;
  readonly kind?: readonly ChargeKind[] | null | undefined;
  readonly search?: string | null | undefined;
}

export interface TaxQuery {
  readonly search?: string | null | undefined;
  readonly active?: boolean | null | undefined;
  readonly country?: string | null | undefined;
}
