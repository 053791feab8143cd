import parsePhoneNumber, { type CountryCode } from "libphonenumber-js/min";
import { comparableCountry } from "./place.ts";
import { isSameText } from "./text.ts";

/** When two customers are reached the same way: e-mail addresses and telephone numbers. Pure; none of it throws. */

/** What is no address is compared as a text. */
export function isSameEmail(left: string, right: string): boolean {
  const [one, other] = [comparableEmail(left), comparableEmail(right)];
  return isSameText(left, right) || (one !== null && one === other);
}

/** In lower case, without what stands behind a plus sign in the local part (RFC 5233). Null for what is no address. */
export function comparableEmail(email: string | null): string | null {
  const [, local, domain] = /^([^@\s\p{C}]+)@([^@\s\p{C}]+)$/u.exec((email ?? "").normalize("NFKC").trim().toLowerCase()) ?? [];
  if (local === undefined || domain === undefined) return null;
  // A sign at the very beginning leaves nothing else to go by.
  return `${local.replace(/(?<=.)\+.*/, "")}@${domain}`;
}

/** The domain of a comparable e-mail address where it belongs to a company: null for providers of mail for everybody. */
export function companyDomain(email: string | null): string | null {
  const domain = email?.slice(email.indexOf("@") + 1) ?? null;
  return domain === null || freeMailDomains.has(domain) ? null : domain;
}

/** Mail for everybody: two customers with such addresses have nothing in common. The largest providers of their countries. */
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

/** A number as somebody wrote it, and where: the country of the customer's address. */
export interface WrittenPhone {
  readonly phone: string;
  readonly country: string | null;
}

/** What is no number of one's own (an extension, a short code) is compared digit by digit, or as a text where it has none. */
export function isSamePhone(left: WrittenPhone, right: WrittenPhone): boolean {
  const [one, other] = [comparablePhone(left.phone, left.country), comparablePhone(right.phone, right.country)];
  if (one !== null && other !== null) return areOnePhone(one, other);
  if (one !== null || other !== null) return false;
  const [digits, otherDigits] = [digitsOf(left.phone), digitsOf(right.phone)];
  return digits === otherDigits && (digits !== "" || isSameText(left.phone, right.phone));
}

const fewestDigits = 6;

/**
 * A number in the form of E.164 (+442079460018), with what the country's plan says of trunk prefixes: "+44 (0)20 7946 0018" and, in
 * the United Kingdom, "020 7946 0018" are one. Where nothing tells the country, or the number is none of it, the digits as they are
 * dialled. An extension stands behind it, as in RFC 3966: ";ext=7". Null for what is too short to be one's own number.
 *
 * @param country of the customer: a code, or an English name
 */
export function comparablePhone(phone: string | null, country: string | null): string | null {
  const written = (phone ?? "").toWellFormed().normalize("NFKC").trim();
  // 00 stands for the plus sign nearly everywhere, and begins no number at home.
  const parsed = parsed164(written.replace(/^00/, "+"), null) ?? parsed164(written, comparableCountry(country));
  if (parsed) return significant(parsed.nationalNumber).length < fewestDigits ? null : `${parsed.number}${extension(parsed.ext)}`;
  const [, main = "", ext] = /^(.*?)(?:(?:ext|x|#|;)\D*(\d*).*)?$/isu.exec(written) ?? [];
  const digits = digitsOf(main);
  return significant(digits).length < fewestDigits ? null : `${digits}${extension(ext)}`;
}

/** Null where it is no number that is possible there. Countries that have no plan are ignored by the library. */
function parsed164(written: string, country: string | null) {
  const isCode = country !== null && /^[A-Z]{2}$/.test(country);
  // Of a text with words or several numbers in it, the first would be taken for all.
  const parsed = parsePhoneNumber(written, { ...(isCode && { defaultCountry: country as CountryCode }), extract: false });
  return parsed?.isPossible() ? parsed : null;
}

/**
 * Whether two comparable numbers are one. Of which nobody tells the country, that is taken from the other; an extension counts where
 * both have one.
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
 * The ways in which people write one number, digits only: as it stands, without what is dialled in front of it, and, where its country
 * is known, as from abroad and as at home. Who looks for a number may write any of them. None for a text without digits.
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

/** What two comparable numbers that are one have in common, whichever of them tells its country. */
export function phoneEnding(comparable: string): string {
  const [number = ""] = comparable.split(";ext=");
  return number.slice(-fewestDigits);
}

function isInternational(number: string): boolean {
  return number.startsWith("+");
}

/** Without the trunk prefix, which is a zero nearly everywhere, and 1 in North America. */
function significant(digits: string): string {
  return digits.replace(/^0+/, "").replace(/^1(?=\d{10}$)/, "");
}

function digitsOf(text: string): string {
  return text.normalize("NFKC").replace(/\D/g, "");
}

function extension(ext: string | undefined): string {
  return ext ? `;ext=${ext}` : "";
}
