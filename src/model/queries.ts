import type { ChargeKind, ChargeStatus, CustomerStatus } from "./model.ts";

/** What lists may be narrowed by. */

export interface CustomerQuery {
  readonly search?: string | null | undefined;
  /** True: of `search`, only what the backend narrows its list to by itself, for one who looks elsewhere too: it may leave out some. */
  readonly narrowed?: true | undefined;
  readonly email?: string | null | undefined;
  readonly reference?: string | null | undefined;
  readonly status?: CustomerStatus | null | undefined;
}

export interface ChargeQuery {
  /** Both inclusive, compared with Charge.date. */
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
