import parsePhoneNumber, { type CountryCode } from "libphonenumber-js/min";
import { comparableCountry } from "./place.ts";
import { isSameText } from "./text.ts";

/** Compares e-mail addresses and phone numbers of customers. Pure; never throws. */

/** Texts that are no addresses are compared as texts. */
export function isSameEmail(left: string, right: string): boolean {
  const [one, other] = [comparableEmail(left), comparableEmail(right)];
  return isSameText(left, right) || (one !== null && one === other);
}

/** Lower case, without what follows a plus sign in the local part (RFC 5233). Null if it is no address. */
export function comparableEmail(email: string | null): string | null {
  const [, local, domain] = /^([^@\s\p{C}]+)@([^@\s\p{C}]+)$/u.exec((email ?? "").normalize("NFKC").trim().toLowerCase()) ?? [];
  if (local === undefined || domain === undefined) return null;
  // A plus sign at the very beginning is kept: without the rest, nothing would be left.
  return `${local.replace(/(?<=.)\+.*/, "")}@${domain}`;
}

/** The domain of a comparable address if it belongs to a company; null for free-mail providers. */
export function companyDomain(email: string | null): string | null {
  const domain = email?.slice(email.indexOf("@") + 1) ?? null;
  return domain === null || freeMailDomains.has(domain) ? null : domain;
}

/** Free-mail domains, of the largest providers of each country: two customers with such addresses have nothing in common. */
const freeMailDomains: ReadonlySet<string> = new Set([
  ...["gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "live.com", "msn.com"],
  ...[
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.fr",
    "yahoo.de",
    "yahoo.co.jp",
    "ymail.com",
    "aol.com",
    "icloud.com",
    "me.com",
    "mac.com",
  ],
  ...["gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "orange.fr", "wanadoo.fr", "free.fr"],
  ...["laposte.net", "sfr.fr", "libero.it", "virgilio.it", "tiscali.it", "alice.it", "wp.pl", "o2.pl", "onet.pl", "interia.pl"],
  ...[
    "seznam.cz",
    "centrum.cz",
    "mail.ru",
    "yandex.ru",
    "rambler.ru",
    "ukr.net",
    "i.ua",
    "qq.com",
    "163.com",
    "126.com",
    "naver.com",
  ],
  ...[
    "hanmail.net",
    "daum.net",
    "uol.com.br",
    "bol.com.br",
    "terra.com.br",
    "protonmail.com",
    "proton.me",
    "pm.me",
    "fastmail.com",
  ],
  ...["btinternet.com", "sky.com", "comcast.net", "verizon.net", "att.net", "bigpond.com", "shaw.ca", "rogers.com", "mail.com"],
]);

/** A phone number as it was written, and the country of the customer's address. */
export interface WrittenPhone {
  readonly phone: string;
  readonly country: string | null;
}

/** Extensions and short codes are compared digit by digit, or as texts if they have no digits. */
export function isSamePhone(left: WrittenPhone, right: WrittenPhone): boolean {
  const [one, other] = [comparablePhone(left.phone, left.country), comparablePhone(right.phone, right.country)];
  if (one !== null && other !== null) return areOnePhone(one, other);
  if (one !== null || other !== null) return false;
  const [digits, otherDigits] = [digitsOf(left.phone), digitsOf(right.phone)];
  return digits === otherDigits && (digits !== "" || isSameText(left.phone, right.phone));
}

const fewestDigits = 6;

/**
 * The number in E.164 (+442079460018), with trunk prefixes removed by the country's plan: "+44 (0)20 7946 0018" and, in the
 * United Kingdom, "020 7946 0018" are the same. If the country is unknown or the number is invalid there, it is the digits as
 * dialled. An extension follows as in RFC 3966: ";ext=7". Null if it is too short for a full number.
 *
 * @param country of the customer: a code or an English name
 */
export function comparablePhone(phone: string | null, country: string | null): string | null {
  const written = (phone ?? "").toWellFormed().normalize("NFKC").trim();
  // 00 stands for the plus sign nearly everywhere, and begins no national number.
  const parsed = parsed164(written.replace(/^00/, "+"), null) ?? parsed164(written, comparableCountry(country));
  if (parsed) return significant(parsed.nationalNumber).length < fewestDigits ? null : `${parsed.number}${extension(parsed.ext)}`;
  const [, main = "", ext] = /^(.*?)(?:(?:ext|x|#|;)\D*(\d*).*)?$/isu.exec(written) ?? [];
  const digits = digitsOf(main);
  return significant(digits).length < fewestDigits ? null : `${digits}${extension(ext)}`;
}

/** Null if the number is not possible in the country. The library ignores countries without a plan. */
function parsed164(written: string, country: string | null) {
  const isCode = country !== null && /^[A-Z]{2}$/.test(country);
  // Without `extract: false`, the first number in a text with words or several numbers would count as the whole.
  const parsed = parsePhoneNumber(written, { ...(isCode && { defaultCountry: country as CountryCode }), extract: false });
  return parsed?.isPossible() ? parsed : null;
}

/**
 * Whether two comparable numbers are the same. If one of them lacks its country, it takes that of the other. Extensions count
 * only if both have one.
 */
export function areOnePhone(left: string, right: string): boolean {
  const [one = "", extension] = left.split(";ext=");
  const [other = "", otherExtension] = right.split(";ext=");
  if (extension !== undefined && otherExtension !== undefined && extension !== otherExtension) return false;
  if (one === other) return true;
  if (isInternational(one) === isInternational(other)) return !isInternational(one) && significant(one) === significant(other);
  const [abroad, home] = isInternational(one) ? [one, other] : [other, one];
  const code = parsePhoneNumber(abroad)?.countryCallingCode;
  return code !== undefined && parsePhoneNumber(home, { defaultCallingCode: code, extract: false })?.number === abroad;
}

/**
 * The ways to write one number, digits only: as it is, without the trunk prefix and, if its country is known, in international
 * and national form. Someone who looks for a number may type any of them. Empty for a text without digits.
 */
export function phoneForms(phone: string | null, country: string | null): readonly string[] {
  const digits = digitsOf(phone ?? "");
  if (phone === null || digits === "") return [];
  const written = phone.toWellFormed().normalize("NFKC").trim();
  const plain = digitsOf(written.replace("(0)", ""));
  const parsed = parsed164(written.replace(/^00/, "+"), null) ?? parsed164(written, comparableCountry(country));
  const forms = [digits, plain, significant(plain), ...(parsed ? [digitsOf(parsed.number), parsed.nationalNumber] : [])];
  return [...new Set(forms.filter((form) => form !== ""))];
}

/** The last digits, which two comparable forms of the same number share, with or without its country. */
export function phoneEnding(comparable: string): string {
  const [number = ""] = comparable.split(";ext=");
  return number.slice(-fewestDigits);
}

function isInternational(number: string): boolean {
  return number.startsWith("+");
}

/** Removes the trunk prefix: a zero nearly everywhere, 1 in North America. */
function significant(digits: string): string {
  return digits.replace(/^0+/, "").replace(/^1(?=\d{10}$)/, "");
}

function digitsOf(text: string): string {
  return text.normalize("NFKC").replace(/\D/g, "");
}

function extension(ext: string | undefined): string {
  return ext ? `;ext=${ext}` : "";
}
