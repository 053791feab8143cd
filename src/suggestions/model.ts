import type { Ref } from "../model/model.ts";

/** Customers of different backends that are probably the same: what is compared, and what comes of it. */

/** What is known of a customer for comparing it. Empty texts mean the same as null. */
export interface CustomerRecord extends Ref {
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly reference: string | null;
  readonly postalCode: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
}

/** A customer in the forms that are compared: see src/comparing. Null: not known, so it speaks neither for nor against. */
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

export const reasonKinds = [
  "SAME_REFERENCE",
  "SAME_EMAIL",
  "SAME_PHONE",
  "SAME_NAME",
  "SIMILAR_NAME",
  "SAME_POSTCODE",
  "SAME_DOMAIN",
] as const;
export type ReasonKind = (typeof reasonKinds)[number];

/** One thing that speaks for a suggestion. */
export interface Reason {
  readonly kind: ReasonKind;
  /** Bits of evidence: see score.ts. */
  readonly weight: number;
  /** What the two have in common, as a person reads it. */
  readonly detail: string;
}

export interface Comparison {
  /** How likely it is that the two are the same: 0 to 1, in thousandths. */
  readonly score: number;
  /** What speaks for it, the strongest first. */
  readonly reasons: readonly Reason[];
}

export interface SuggestedCustomer extends Ref {
  readonly name: string;
}

export interface LinkSuggestion extends Comparison {
  /** Of two backends, in the order of their keys. */
  readonly customers: readonly [SuggestedCustomer, SuggestedCustomer];
}
