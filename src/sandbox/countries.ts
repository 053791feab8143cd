import type { Faker } from "@faker-js/faker";
import { faker as egypt } from "@faker-js/faker/locale/ar";
import { faker as czechia } from "@faker-js/faker/locale/cs_CZ";
import { faker as germany } from "@faker-js/faker/locale/de";
import { faker as unitedKingdom } from "@faker-js/faker/locale/en_GB";
import { faker as unitedStates } from "@faker-js/faker/locale/en_US";
import { faker as spain } from "@faker-js/faker/locale/es";
import { faker as france } from "@faker-js/faker/locale/fr";
import { faker as italy } from "@faker-js/faker/locale/it";
import { faker as japan } from "@faker-js/faker/locale/ja";
import { faker as netherlands } from "@faker-js/faker/locale/nl";
import { faker as poland } from "@faker-js/faker/locale/pl";
import { faker as brazil } from "@faker-js/faker/locale/pt_BR";
import { faker as sweden } from "@faker-js/faker/locale/sv";
import { faker as turkey } from "@faker-js/faker/locale/tr";
import { faker as ukraine } from "@faker-js/faker/locale/uk";
import { faker as china } from "@faker-js/faker/locale/zh_CN";

export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** Made-up names and addresses in the country's language and script. */
  readonly faker: Faker;
  /** Country and area code; "#" stands for a digit to fill in. */
  readonly phone: string;
  /** Whether addresses there name a state or province that faker knows. */
  readonly states: boolean;
  /** The percentage of generated companies from this country. */
  readonly share: number;
}

export const countries: readonly Country[] = [
  { code: "US", faker: unitedStates, phone: "+1 ### 555 01##", states: true, share: 26 },
  { code: "GB", faker: unitedKingdom, phone: "+44 20 7946 0###", states: false, share: 14 },
  { code: "DE", faker: germany, phone: "+49 30 23125 ###", states: true, share: 12 },
  { code: "FR", faker: france, phone: "+33 1 99 00 ## ##", states: true, share: 8 },
  { code: "ES", faker: spain, phone: "+34 91 555 ## ##", states: true, share: 5 },
  { code: "IT", faker: italy, phone: "+39 06 5550 ####", states: false, share: 5 },
  { code: "NL", faker: netherlands, phone: "+31 20 555 ####", states: true, share: 4 },
  { code: "PL", faker: poland, phone: "+48 22 555 ## ##", states: true, share: 4 },
  { code: "BR", faker: brazil, phone: "+55 11 5550 ####", states: true, share: 4 },
  { code: "CZ", faker: czechia, phone: "+420 222 555 ###", states: false, share: 3 },
  { code: "SE", faker: sweden, phone: "+46 8 465 004 ##", states: false, share: 3 },
  { code: "UA", faker: ukraine, phone: "+380 44 555 ####", states: true, share: 3 },
  { code: "JP", faker: japan, phone: "+81 3 5550 ####", states: true, share: 3 },
  { code: "TR", faker: turkey, phone: "+90 212 555 ####", states: false, share: 2 },
  { code: "EG", faker: egypt, phone: "+20 2 5550 ####", states: false, share: 2 },
  { code: "CN", faker: china, phone: "+86 21 5550 ####", states: true, share: 2 },
];
