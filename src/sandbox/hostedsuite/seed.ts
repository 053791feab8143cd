import type { Company, Random, World } from "../world.ts";
import { type Catalogue, seedCatalogue } from "./catalogue.ts";
import { type Calendar, day, type LocalTime } from "./dates.ts";
import { costOf } from "./pricing.ts";
import type { Client, ClientFields, ContactFields, User } from "./records.ts";
import type { Store } from "./state.ts";

export interface SeedPlan {
  /** Empty. */
  readonly store: Store;
  readonly world: World;
  readonly companies: readonly Company[];
  readonly random: Random;
  readonly user: User;
  readonly calendar: Calendar;
  /** v2 has charges from reservations but cannot archive charges; v3's /charges is the other way round (contract 5.3, 7.6). */
  readonly generation: "v2" | "v3";
}

interface Seeding extends SeedPlan {
  readonly catalogue: Catalogue;
  readonly now: LocalTime;
}

/** Large tenants have fewer charges per client, so that 10,000 clients are made within a second. */
const mostCharges = 60_000;

/** Costs that often break clients: cents that doubles cannot hold, a large one, a free one, a credit. */
const remarkableCosts = [19.99, 0.1, 1234567.89, 0, 0.3, -25.5, 1.005, 4999.95];

/** Fills the store with the tenant's catalogue, the companies, their contacts and two years of charges up to world.now. */
export function seedStore(plan: SeedPlan): void {
  const { store, world, companies, random, user, calendar } = plan;
  const now = calendar.local(world.now);
  const seeding: Seeding = { ...plan, now, catalogue: seedCatalogue(store, user, now - 6 * 365 * day) };
  const most = Math.max(2, Math.min(20, Math.floor(mostCharges / Math.max(1, companies.length))));
  for (const company of companies) {
    const client = seedClient(seeding, company);
    seedContacts(seeding, company, client);
    const charges = random.integer(Math.min(6, most), most);
    for (let index = 0; index < charges; index += 1) seedCharge(seeding, client);
  }
}

function seedClient({ store, catalogue, user, random, calendar, now }: Seeding, company: Company): Client {
  const created = Math.min(calendar.local(company.since), now);
  const modified = created + random.integer(0, Math.floor((now - created) / 1000)) * 1000;
  const dates = { created, modified, archived: company.archived ? modified : null };
  return store.clients.add(
    { ...clientOf(company, catalogue, store.nextId), industryId: industryOf(store, company) },
    user,
    dates,
  );
}

function clientOf(company: Company, { centers, contracts }: Catalogue, nextId: () => string): Omit<ClientFields, "industryId"> {
  const { number, name, contact, email, phone, address, reference } = company;
  const person = `${contact.firstName} ${contact.lastName}`;
  const domain = email.slice(email.indexOf("@") + 1);
  const copy = { name: "Accounts", address: `accounts@${domain}`, type: "Cc" as const };
  return {
    name,
    centerId: centers[number % centers.length]?.id ?? "",
    contractId: number % 6 === 0 ? (contracts[1]?.id ?? null) : null,
    referenceId: reference === "" ? null : reference,
    thirdPartyAccountId: reference,
    location: number % 3 === 0 ? `Suite ${100 + (number % 400)}` : null,
    greeting: number % 4 === 0 ? `Good day, ${name}, how may I help you?` : null,
    callInstructions: null,
    popupInformation: null,
    information: null,
    faxNumber: number % 8 === 0 ? phone : null,
    webSiteUrl: domain === "" ? null : `https://www.${domain}`,
    address: number % 17 === 0 ? null : addressOf(address),
    customFields: number % 5 === 0 ? [{ name: "Account number", value: String(70_000 + number) }] : null,
    links: null,
    screenPops: number % 7 === 0 ? [phone.replaceAll(/\D/g, "")] : null,
    categoryIds: null,
    callAllowanceType: number % 5 === 1 ? "NumberOfMinutes" : "NotBillable",
    callAllowanceAmount: number % 5 === 1 ? 250 : 0,
    // The same clients lack contacts (v2) and billing addresses (v3).
    billingEmailAddresses: hasNoContacts(company)
      ? null
      : [{ name: person, address: email, type: "To" }, ...(number % 5 === 0 ? [copy] : [])],
    phoneNumbers: hasNoContacts(company) ? null : [{ id: nextId(), name: "Main", number: phone, mobile: false }],
    billingCodes: number % 10 === 0 ? [{ name: "Project", code: `P-${number}` }] : null,
  };
}

function addressOf(address: Company["address"]): NonNullable<ClientFields["address"]> {
  return {
    street1: address.street,
    street2: address.street2 === "" ? null : address.street2,
    city: address.city,
    state: address.state === "" ? null : address.state,
    postalCode: address.postalCode,
    country: address.country,
  };
}

function industryOf(store: Store, { number }: Company): string | null {
  return number % 2 === 0 ? ([...store.industries.keys()][number % store.industries.size] ?? null) : null;
}

function hasNoContacts({ number, email }: Company): boolean {
  return email === "" || number % 9 === 4;
}

function seedContacts({ store, user }: Seeding, company: Company, client: Client): void {
  if (hasNoContacts(company)) return;
  const { number, contact, email, phone } = company;
  const dates = { created: client.dateCreated, modified: client.dateCreated, archived: null };
  const reach = (emails: readonly string[], phones: readonly string[]): Partial<ContactFields> => ({
    emailAddresses: emails.map((address) => ({ id: store.nextId(), name: "Work", address })),
    phoneNumbers: phones.map((digits, index) => ({
      id: store.nextId(),
      name: index === 0 ? "Work" : "Mobile",
      number: digits,
      mobile: index > 0,
    })),
  });
  const add = (fields: Partial<ContactFields>): void => {
    store.contacts.add({ ...emptyContact(client.id), ...fields }, user, dates);
  };
  // Some first contacts have only a phone number: an e-mail policy must look at the others.
  const emails = number % 11 === 2 ? [] : [email];
  add({ firstName: contact.firstName, lastName: contact.lastName, title: "Managing director", ...reach(emails, [phone]) });
  if (number % 4 !== 0) return;
  const domain = email.slice(email.indexOf("@") + 1);
  add({ firstName: "Accounts", lastName: "Payable", ...reach([`accounts@${domain}`, `invoices@${domain}`], []) });
  if (number % 8 === 0) add({ firstName: "Front", lastName: "Desk", ...reach([], [phone, `${phone}9`]) });
}

/** A contact without any data. */
export function emptyContact(clientId: string): ContactFields {
  return {
    clientId,
    firstName: null,
    lastName: null,
    title: null,
    alert: null,
    status: null,
    location: null,
    longDistanceCode: null,
    callInstructions: null,
    information: null,
    moreInformation: null,
    greetingOverride: null,
    loginUserName: null,
    thirdPartyAccountId: null,
    keywords: null,
    address: null,
    phoneNumbers: null,
    emailAddresses: null,
  };
}

/** Special cases come at fixed steps of a running number, so that even a small world has each of them. */
function seedCharge(seeding: Seeding, client: Client): void {
  const { store, catalogue, user, random, now, generation } = seeding;
  const serial = store.charges.all.size;
  const service = serial % 6 === 0 ? catalogue.services[0] : random.pick(catalogue.services);
  if (service === undefined) return;
  const quantity = serial % 31 === 7 ? 0 : serial % 6 === 0 ? 3 : random.pick([1, 1, 1, 2, 3, 7, 0.5, 12]);
  const earliest = Math.max(client.dateCreated, now - 2 * 365 * day);
  const latest = Math.max(earliest, client.dateArchived ?? now);
  const time = earliest + random.integer(0, Math.floor((latest - earliest) / 1000)) * 1000;
  const created = Math.min(time + random.integer(0, 36) * 3_600_000, now);
  const scheduled = generation === "v2" && serial % 19 === 11;
  const archived = generation === "v3" && serial % 37 === 20;
  store.charges.add(
    {
      clientId: client.id,
      serviceId: service.id,
      contactId: null,
      dateOfCharge: scheduled ? time : startOfDay(time),
      quantity,
      cost: seedCost(seeding, client, service.id, quantity, serial),
      notes:
        serial % 5 === 2 ? random.pick(["as agreed by phone", "Zürich → Genève", "prorated", '"rush" order, 2nd floor']) : null,
      description: service.name,
      memorized: serial % 7 === 2,
      billingCode: client.billingCodes?.[0]?.code ?? null,
      source: scheduled ? "scheduling" : "manual",
    },
    user,
    { created, modified: created, archived: archived ? created : null },
  );
}

/** Calculated for two of three charges, otherwise entered by hand. Some are null: not calculated yet, or without a rate. */
function seedCost(
  { store, random }: Seeding,
  client: Client,
  serviceId: string,
  quantity: number,
  serial: number,
): number | null {
  if (serial % 23 === 3) return null;
  if (serial % 9 === 1) return remarkableCosts[Math.floor(serial / 9) % remarkableCosts.length] ?? 0;
  return serial % 3 === 1 ? random.integer(500, 250_000) / 100 : costOf(store, client, serviceId, quantity);
}

function startOfDay(time: LocalTime): LocalTime {
  return time - (((time % day) + day) % day);
}
