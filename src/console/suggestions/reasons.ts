import type { LinkReasonKind } from "../../client/index.ts";

/** Labels of the reasons why two customers may be the same. */
export const reasonLabels: Readonly<Record<LinkReasonKind, string>> = {
  SAME_REFERENCE: "Same reference",
  SAME_EMAIL: "Same e-mail address",
  SAME_PHONE: "Same phone number",
  SAME_NAME: "Same name",
  SIMILAR_NAME: "Similar name",
  SAME_POSTCODE: "Same postal code",
  SAME_DOMAIN: "Same e-mail domain",
};

/**
 * 0.987 → "98 %". Rounds down, so that nothing looks certain. Pure.
 * @param score 0 to 1, in thousandths
 */
export const formatScore = (score: number): string => `${Math.floor(Math.round(score * 1000) / 10)} %`;
