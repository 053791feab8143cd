import type { LocalTime } from "./dates.ts";
import type { Center, Contract, Rate, Service, Tax, User } from "./records.ts";
import type { Store } from "./state.ts";

/** The tenant's services and places: the seed data that does not depend on the companies. */
export interface Catalogue {
  readonly centers: readonly Center[];
  readonly services: readonly Service[];
  readonly taxes: readonly Tax[];
  /** The standard price list and one that inherits from it. */
  readonly contracts: readonly Contract[];
}

const taxSeeds = [
  { name: "VAT 20%", type: "Percentage", rate: 20, archived: false },
  { name: "MwSt. 19 %", type: "Percentage", rate: 19, archived: false },
  { name: "TVA 5,5 %", type: "Percentage", rate: 5.5, archived: false },
  { name: "NY Sales Tax 8.875%", type: "Percentage", rate: 8.875, archived: false },
  { name: "City levy", type: "Flat", rate: 1.35, archived: false },
  { name: "Zero rated", type: "Percentage", rate: 0, archived: false },
  { name: "VAT 17.5% (until 2010)", type: "Percentage", rate: 17.5, archived: true },
] as const;

interface ServiceSeed {
  readonly name: string;
  readonly code: string | null;
  /** Position in the seeds above. */
  readonly tax: number | null;
  readonly parent: number | null;
  /** Null: not in the price list, so its charges stay without a cost. */
  readonly unitCost: number | null;
  readonly setupFee: number;
}

// With doubles, 19.95 × 3, 0.1 × 3 and 1.1 × 3 are not exact. The odd spacing occurs at real tenants (contract 6.1).
const serviceSeeds: readonly ServiceSeed[] = [
  { name: "Meeting Room (hour)", code: "MR-H", tax: 0, parent: null, unitCost: 19.95, setupFee: 0 },
  { name: "Virtual Office", code: "VO", tax: 0, parent: null, unitCost: 249, setupFee: 49.9 },
  { name: "Mail  Forwarding ", code: "MAIL", tax: 1, parent: 1, unitCost: 4.35, setupFee: 0 },
  { name: "Printed page", code: "PRINT", tax: 2, parent: null, unitCost: 0.1, setupFee: 0 },
  { name: "Call answering (minute)", code: "CALL-M", tax: 3, parent: null, unitCost: 1.1, setupFee: 0 },
  { name: "Day desk", code: "DESK-D", tax: 0, parent: null, unitCost: 33.33, setupFee: 0 },
  { name: "Dedicated office", code: "OFF", tax: 1, parent: null, unitCost: 1899.99, setupFee: 150 },
  { name: "Parking place", code: "PARK", tax: 4, parent: null, unitCost: 89.5, setupFee: 0 },
  { name: "Café & catering", code: "CAT", tax: 2, parent: null, unitCost: 7.005, setupFee: 0 },
  { name: "Postage (at cost)", code: null, tax: 5, parent: 2, unitCost: 0, setupFee: 0 },
  { name: "Consulting", code: null, tax: null, parent: null, unitCost: null, setupFee: 0 },
  { name: "Events, individually priced", code: "EVT", tax: null, parent: null, unitCost: null, setupFee: 0 },
];

const centerSeeds = [
  {
    name: "Riverside",
    street1: "1 Wharf Street",
    city: "Leeds",
    postalCode: "LS2 7EQ",
    country: "GB",
    timeZoneId: "GMT Standard Time",
  },
  {
    name: "Am Stadtpark",
    street1: "Parkring 10",
    city: "Wien",
    postalCode: "1010",
    country: "AT",
    timeZoneId: "W. Europe Standard Time",
  },
  {
    name: "Midtown",
    street1: "245 Park Avenue",
    city: "New York",
    postalCode: "10167",
    country: "US",
    timeZoneId: "Eastern Standard Time",
  },
];

/** Fills an empty store. `opened` is when the tenant started. */
export function seedCatalogue(store: Store, user: User, opened: LocalTime): Catalogue {
  const dates = { created: opened, modified: opened, archived: null };
  const taxes = taxSeeds.map(({ archived, ...tax }) =>
    store.taxes.add(tax, user, { ...dates, archived: archived ? opened : null }),
  );
  const services: Service[] = [];
  for (const { name, code, tax, parent } of serviceSeeds) {
    const taxId = tax === null ? null : (taxes[tax]?.id ?? null);
    const parentServiceId = parent === null ? null : (services[parent]?.id ?? null);
    services.push(store.services.add({ name, code, taxId, parentServiceId, centerId: null, description: null }, user, dates));
  }
  const standard = store.contracts.add(
    { name: "Standard", centerId: null, masterId: null, rates: standardRates(services), fixedCharges: [] },
    user,
    dates,
  );
  const volume = store.contracts.add(
    { name: "Volume", centerId: null, masterId: standard.id, rates: volumeRates(services), fixedCharges: [] },
    user,
    dates,
  );
  const centers = centerSeeds.map(({ name, timeZoneId, ...address }) =>
    store.centers.add(
      {
        name,
        timeZoneId,
        address: { ...address, street2: null, state: null },
        supportEmailAddress: `support@${name.toLowerCase().replaceAll(" ", "-")}.example`,
        thirdPartyAccountId: null,
        defaultContractId: standard.id,
      },
      user,
      dates,
    ),
  );
  return { centers, services, taxes, contracts: [standard, volume] };
}

function standardRates(services: readonly Service[]): readonly Rate[] {
  return services.flatMap((service, index) => {
    const seed = serviceSeeds[index];
    if (seed === undefined || seed.unitCost === null) return [];
    return [
      { serviceId: service.id, unitCost: seed.unitCost, setupFee: seed.setupFee, setupFeeType: "Flat" as const, levels: [] },
    ];
  });
}

/** Meeting rooms get cheaper from ten hours on, and a hundred cost a fixed amount. */
function volumeRates(services: readonly Service[]): readonly Rate[] {
  return services.slice(0, 1).map(({ id }) => ({
    serviceId: id,
    unitCost: 19.95,
    setupFee: 0,
    setupFeeType: "Flat" as const,
    levels: [
      { quantity: 10, unitCost: 17.95, isFixedCost: false },
      { quantity: 100, unitCost: 1499.5, isFixedCost: true },
    ],
  }));
}
