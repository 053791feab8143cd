import { areOnePhone, companyDomain } from "../comparing/contact.ts";
import { nameLikeness } from "../comparing/name.ts";
import type { ComparableCustomer, PairScore, Reason, ReasonKind } from "./model.ts";

/**
 * The probability that two customers are the same. It adds up bits of evidence, as in probabilistic record linkage (Fellegi and
 * Sunter, "A Theory for Record Linkage", 1969); a bit doubles the odds. The weights are judgement, checked by
 * test/suggestions/known-pairs.test.ts, and ordered by how rarely two customers share the member by chance.
 */

/** Bits for the same and for different values. If either side is unknown, neither counts. */
const evidence = {
  reference: { same: 10, different: -1.5 },
  email: { same: 9, different: -1 },
  domain: { same: 6 },
  phone: { same: 6, different: -1.5 },
  postcode: { same: 5, different: -2 },
  country: { different: -4 },
} as const;

/** Among 500 pairs of customers with anything in common, about one is the same customer. */
const prior = -9;

/**
 * The score from which a pair is suggested: odds of more than two to one. Equal names in different towns are below it, and so
 * are different names that share a number, an address or an office building.
 */
export const suggestedFrom = 0.7;

/** The most that names can add. A pair that stays below the threshold even so needs no comparison of names. */
const equalNames = 7;

/** Bits of evidence by the similarity of the names in percent, interpolated between the points. */
const likeness: readonly (readonly [percent: number, bits: number])[] = [
  [0, -6],
  [60, -5],
  [75, 0],
  [85, 3.5],
  [92, 5.5],
  [100, equalNames],
];

/** The similarity from which names are given as a reason. */
const similarFrom = 80;

/** Null for a pair that is not suggested. Pure and symmetric. */
export function compare(left: ComparableCustomer, right: ComparableCustomer): PairScore | null {
  const reasons: Reason[] = [];
  let bits = prior;
  const weigh = (
    kind: ReasonKind,
    [one, other]: readonly [string | null, string | null],
    { same, different }: { readonly same: number; readonly different: number },
  ): boolean => {
    if (one === null || other === null) return false;
    bits += one === other ? same : different;
    if (one === other) reasons.push({ kind, weight: same, detail: one });
    return one === other;
  };
  weigh("SAME_REFERENCE", [left.reference, right.reference], evidence.reference);
  if (left.phone !== null && right.phone !== null) {
    const isOne = areOnePhone(left.phone, right.phone);
    bits += isOne ? evidence.phone.same : evidence.phone.different;
    if (isOne) reasons.push({ kind: "SAME_PHONE", weight: evidence.phone.same, detail: fullerPhone(left.phone, right.phone) });
  }
  const isElsewhere = left.country !== null && right.country !== null && left.country !== right.country;
  // Different countries can use the same postcode.
  if (isElsewhere) bits += evidence.country.different;
  else weigh("SAME_POSTCODE", [left.postcode, right.postcode], evidence.postcode);
  const domains = [companyDomain(left.email), companyDomain(right.email)] as const;
  // Two people of one company have different addresses: the shared domain counts for it, the difference does not count against
  // it.
  if (domains[0] !== null && domains[0] === domains[1] && left.email !== right.email) {
    weigh("SAME_DOMAIN", domains, { same: evidence.domain.same, different: 0 });
  } else weigh("SAME_EMAIL", [left.email, right.email], evidence.email);

  if (probability(bits + equalNames) < suggestedFrom) return null;
  const percent = nameLikeness(left.comparableName, right.comparableName);
  const weight = bitsOf(percent);
  const score = Math.round(probability(bits + weight) * 1000) / 1000;
  if (score < suggestedFrom) return null;
  if (percent >= similarFrom) reasons.push({ ...namesAlike(left.name, right.name, percent), weight });
  return { score, reasons: reasons.sort((one, other) => other.weight - one.weight) };
}

/** The number that says more. Symmetric. */
function fullerPhone(left: string, right: string): string {
  const [first = "", second = ""] = [left, right].sort();
  return first.startsWith("+") === second.startsWith("+") ? second : first;
}

function probability(bits: number): number {
  return 1 / (1 + 2 ** -bits);
}

function namesAlike(left: string, right: string, percent: number): Pick<Reason, "kind" | "detail"> {
  if (percent === 100) return { kind: "SAME_NAME", detail: left };
  // Sorted, so that the order of the two does not matter.
  const [first, second] = [left, right].sort();
  return { kind: "SIMILAR_NAME", detail: `${first} ~ ${second} (${percent} %)` };
}

function bitsOf(percent: number): number {
  const above = likeness.findIndex(([point]) => point >= percent);
  const [upper, upperBits] = likeness[above] ?? [100, equalNames];
  const [lower, lowerBits] = likeness[above - 1] ?? [0, upperBits];
  if (upper === lower) return upperBits;
  return lowerBits + ((percent - lower) / (upper - lower)) * (upperBits - lowerBits);
}
