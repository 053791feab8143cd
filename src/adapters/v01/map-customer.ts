import { mentioned } from "../../adapter/kit/looking.ts";
import { notUnderstoodIn, oncePerRow } from "../../adapter/kit/reading.ts";
import { zoneOf } from "../../adapter/settings.ts";
import { named, unsupported } from "../../model/errors.ts";
import type { Address, Customer, CustomerChange, CustomerInput } from "../../model/model.ts";
import { moneyOf } from "./cents.ts";
import { referenceIn } from "./codes.ts";
import type { V01Settings } from "./settings.ts";
import { type CustomerRow, instant, isDateOrNothing } from "./wire.ts";

/** Maps a customer; null for one of another merchant account, as old editions ignore the `accountId` filter (quirk 17). */
export const customerFrom = oncePerRow((record: CustomerRow, backend: string, settings: V01Settings): Customer | null => {
  if (record.accountId !== null && record.accountId !== BigInt(settings.accountId)) return null;
  const owed = record.balance !== null && settings.balanceSign === "negativeOwes" ? -record.balance : record.balance;
  const person = [record.firstName, record.lastName].filter((name) => name !== null).join(" ");
  return {
    type: "Customer",
    backend,
    id: record.id,
    backendId: record.id,
    reference: referenceIn(record),
    name: (record.organizationName ?? person) || (referenceIn(record) ?? record.id),
    organizationName: record.organizationName,
    firstName: record.firstName,
    lastName: record.lastName,
    email: record.email,
    phone: record[phoneColumn(record)],
    address: addressFrom(record),
    // v01 has no archive; in the legacy schema false means "no active payment option or plan" (10.1).
    status: record.isActive === false ? "UNKNOWN" : "ACTIVE",
    currency: settings.currency,
    amountDue: moneyOf(owed, settings.currency),
    createdAt: instant(record.createDate, zoneOf(settings)),
    updatedAt: null,
    parent: null,
    plan: null,
    ...notUnderstoodIn(record, { createDate: isDateOrNothing(record.createDate) }),
    raw: record.raw,
  };
});

function addressFrom({ street1, street2, city, state, zipCode, countryCode }: CustomerRow): Address | null {
  const lines = [street1, street2].filter((line) => line !== null);
  if (lines.length === 0 && !city && !state && !zipCode && !countryCode) return null;
  return { lines, city, state, postalCode: zipCode, country: countryCode };
}

const phoneColumns = ["phone", "workPhone", "homePhone", "cellPhone"] as const;
type PhoneColumn = (typeof phoneColumns)[number];

/**
 * The column of the unified customer's one phone number. Guess: the first column with a number; in a record without one, the work phone of
 * an organisation, the home phone of a person. The reference names neither columns nor their use (10.1).
 */
export function phoneColumn(record: Partial<Pick<CustomerRow, PhoneColumn | "organizationName">>): PhoneColumn {
  return phoneColumns.find((column) => record[column]) ?? (record.organizationName ? "workPhone" : "homePhone");
}

export type CustomerParameters = Readonly<Record<string, string | number>>;

/** The body of `PUT /customers`, without its code. */
export function newCustomer(input: CustomerInput, accountId: number): CustomerParameters {
  const parameters = columnsOf(input);
  return { accountId, ...parameters, ...(input.phone == null ? {} : { [phoneColumn(parameters)]: input.phone }) };
}

/**
 * The filters that find a customer with these parameters: its names, which every edition documents for records and for the search. An
 * e-mail is documented for neither (5.2, 10.1), so a search by it might miss the customer. Names with outer spaces are not used, as the
 * backend may have trimmed them.
 */
export function namesIn(parameters: CustomerParameters): Record<string, string> {
  return mentioned(
    Object.fromEntries(
      ["firstName", "lastName", "organizationName"].map((column) => {
        const name = parameters[column];
        return [column, typeof name === "string" && name === name.trim() ? name : undefined];
      }),
    ),
  );
}

/** The body of `POST /customers/{id}`: only changed members, as the backend sets the fields that are present (5.4, A8). */
export function customerChanges(change: CustomerChange, stored: CustomerRow, backend: string): Record<string, string> {
  if (leavesSecondLine(change, stored)) {
    throw unsupported(backend, `${named(backend)} cannot clear the second address line: give both.`, ["address", "lines"]);
  }
  return changedColumns(change, stored);
}

/** Whether the change gives one address line to a record that has two. */
function leavesSecondLine({ address }: CustomerChange, { street2 }: CustomerRow): boolean {
  return address?.lines?.length === 1 && street2 !== null;
}

function changedColumns(change: CustomerChange, stored: CustomerRow): Record<string, string> {
  const parameters = columnsOf(change);
  const column = phoneColumn({ ...stored, ...parameters });
  return change.phone == null ? parameters : { ...parameters, [column]: change.phone };
}

function columnsOf({ firstName, lastName, name, email, address }: CustomerInput): Record<string, string> {
  const [street1, street2] = address?.lines ?? [];
  return mentioned({
    firstName,
    lastName,
    organizationName: name,
    email,
    street1,
    street2,
    city: address?.city,
    state: address?.state,
    zipCode: address?.postalCode,
    countryCode: address?.country?.toUpperCase(),
  });
}
