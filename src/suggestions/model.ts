import type { Ref } from "../model/model.ts";

/** Customers of different backends that are probably the same: what is compared, and the result. */

/** A customer as it is compared. Empty texts mean the same as null. */
export interface CustomerRecord extends Ref {
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly reference: string | null;
  readonly postalCode: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
}

/** A customer in comparable forms: see src/comparing. Null = not known, which speaks neither for nor against. */
export interface ComparableCustomer extends Ref {
  /** As its backend writes it, for people. */
  readonly name: string;
  readonly comparableName: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly reference: string | null;
  readonly postcode: string | null;
  readonly country: string | null;
}

export type ReasonKind =
  | "SAME_REFERENCE"
  | "SAME_EMAIL"
  | "SAME_PHONE"
  | "SAME_NAME"
  | "SIMILAR_NAME"
  | "SAME_POSTCODE"
  | "SAME_DOMAIN";

/** One reason for a suggestion. */
export interface Reason {
  readonly kind: ReasonKind;
  /** Bits of evidence: see score.ts. */
  readonly weight: number;
  /** Common properties of the two, for people to read. */
  readonly detail: string;
}

export interface PairScore {
  /** The probability that the two are the same: 0 to 1, in thousandths. */
  readonly score: number;
  /** The reasons for it, the strongest first. */
  readonly reasons: readonly Reason[];
}

interface SuggestedCustomer extends Ref {
  readonly name: string;
}

export interface LinkSuggestion extends PairScore {
  /** Both backends, in the order of their keys. */
  readonly customers: readonly [SuggestedCustomer, SuggestedCustomer];
}
