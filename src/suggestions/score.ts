import { areOnePhone, companyDomain } from "../comparing/contact.ts";
import { nameLikeness } from "../comparing/name.ts";
import type { ComparableCustomer, Comparison, Reason, ReasonKind } from "./model.ts";

/**
 * How likely it is that two customers are the same: the evidence for and against, added up in bits as in probabilistic record
 * linkage (Fellegi and Sunter, "A Theory for Record Linkage", 1969). A bit doubles the odds. The weights are judgement, checked by
 * test/suggestions/known-pairs.test.ts; they are ordered by how rarely two customers share such a thing by chance.
 */

/** Bits that speak for and against; where one side does not know, neither counts. */
const evidence = {
  reference: { same: 10, different: -1.5 },
  email: { same: 9, different: -1 },
  domain: { same: 6 },
  phone: { same: 6, different: -1.5 },
  postcode: { same: 5, different: -2 },
  country: { different: -4 },
} as const;

/** Two customers that have anything in common at all are still two: about one such pair in 500 is one customer. */
const prior = -9;

/**
 * From here on a pair is suggested: odds of more than two to one. Below are equal names in different towns, and different names
 * that share one of number, address or office building.
 */
export const suggestedFrom = 0.7;

/** The most that equal names can add: pairs that cannot get there even so need no comparison of names. */
const equalNames = 7;

/** Bits of evidence by the names' likeness in percent: between two points along the line. */
const likeness: readonly (readonly [percent: number, bits: number])[] = [
  [0, -6],
  [60, -5],
  [75, 0],
  [85, 3.5],
  [92, 5.5],
  [100, equalNames],
];

/** From here on a name's likeness is worth telling. */
const similarFrom = 80;

/** Null for a pair that is not to be suggested. Pure and symmetric. */
export function compare(left: ComparableCustomer, right: ComparableCustomer): Comparison | null {
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
  // Two countries may well have the same postcode.
  if (isElsewhere) bits += evidence.country.different;
  else weigh("SAME_POSTCODE", [left.postcode, right.postcode], evidence.postcode);
  const domains = [companyDomain(left.email), companyDomain(right.email)] as const;
  // Two people of one company have two addresses: its domain speaks for it, and their difference not against.
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

/** The one that tells more, the same from both sides. */
function fullerPhone(left: string, right: string): string {
  const [first = "", second = ""] = [left, right].sort();
  return first.startsWith("+") === second.startsWith("+") ? second : first;
}

function probability(bits: number): number {
  return 1 / (1 + 2 ** -bits);
}

function namesAlike(left: string, right: string, percent: number): Pick<Reason, "kind" | "detail"> {
  if (percent === 100) return { kind: "SAME_NAME", detail: left };
  // The same from both sides.
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
