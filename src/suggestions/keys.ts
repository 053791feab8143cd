import { hash } from "node:crypto";
import { companyDomain, comparableEmail, comparablePhone, phoneEnding } from "../comparing/contact.ts";
import { comparableName, sortedWords } from "../comparing/name.ts";
import { comparableCountry, comparablePostcode } from "../comparing/place.ts";
import { comparableReference } from "../comparing/text.ts";
import type { ComparableCustomer, CustomerRecord } from "./model.ts";

export function comparableCustomer({ backend, id, ...customer }: CustomerRecord): ComparableCustomer {
  const reference = comparableReference(customer.reference);
  return {
    backend,
    id,
    name: customer.name,
    comparableName: comparableName(customer.name),
    email: comparableEmail(customer.email),
    phone: comparablePhone(customer.phone, customer.country),
    // Some backends give a customer without a code its own id as the code. That is not a reference.
    reference: reference === comparableReference(id) ? null : reference,
    postcode: comparablePostcode(customer.postalCode),
    country: comparableCountry(customer.country),
  };
}

/**
 * Blocking keys: only customers that share a key are compared. Comparing all with all would take 10^9 comparisons for 40,000
 * customers. Each kind of key stands for evidence without which score.ts cannot reach a suggestion.
 */

/**
 * A key shared by more customers than this is not used. It is an unknown free-mail domain, a shared switchboard, an office
 * building or a placeholder. It says little and would bring back the comparison of all with all. Its customers still have their
 * other keys.
 */
export const mostPerKey = 50;

/** Letters of a word, and words of a name, in a key. Typing errors are rarer at the beginning. */
const prefixLength = 3;
const mostWords = 3;

/** Characters of a key, 6 bits each. If two of a million keys collide, that costs one comparison. */
const keyLength = 9;

/**
 * The keys of a customer, without duplicates. They are hashed because they are only compared: short keys make a small index,
 * and no address or number is stored once more.
 */
export function blockingKeys(customer: ComparableCustomer): readonly string[] {
  const { comparableName: name, reference, email, phone, postcode } = customer;
  const domain = companyDomain(email);
  const longestWords = name
    .split(" ")
    .sort((one, other) => other.length - one.length || (one < other ? -1 : 1))
    .slice(0, mostWords);
  const keys = [
    reference !== null && `reference ${reference}`,
    email !== null && `email ${email}`,
    domain !== null && `domain ${domain}`,
    phone !== null && `phone ${phoneEnding(phone)}`,
    name !== "" && `name ${sortedWords(name)}`,
    // Names that differ slightly, of customers in one place.
    ...longestWords.map(
      (word) => postcode !== null && word !== "" && `place ${postcode} ${[...word].slice(0, prefixLength).join("")}`,
    ),
  ];
  const given = keys.filter((key) => key !== false);
  return [...new Set(given.map((key) => hash("sha256", key, "base64url").slice(0, keyLength)))];
}
