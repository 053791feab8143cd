import type { CustomerChange, CustomerInput } from "../../../billing/model.ts";
import { isRow, memberOf, type Row, rowsIn, text, withMembers } from "../fields.ts";
import {
  addressChange,
  addressMembers,
  customerName,
  givenInChange,
  givenInCreate,
  refuseClearing,
  refuseMembers,
  requireEmail,
  requireText,
} from "../input.ts";
import { isMainEmail } from "./map.ts";
import type { Patch } from "./write.ts";

const lacking = { planId: "has no plans", parentId: "has no hierarchy of customers" };
const lackingPerson = { firstName: "keeps no persons on customers", lastName: "keeps no persons on customers" };

/** The body of POST /clients. Guess: the writable members are those of ClientInfo (contract 7.7). */
export function newClient(backend: string, input: CustomerInput): object {
  refuseMembers(backend, input, input.name == null ? lacking : { ...lacking, ...lackingPerson }, givenInCreate);
  return {
    name: customerName(input),
    billingEmailAddresses: input.email == null ? undefined : [{ address: requireEmail(input.email), type: "To" }],
    phoneNumbers: input.phone == null ? undefined : [{ number: requireText(input.phone, "phone") }],
    billingAddress: addressMembers(backend, input.address),
    thirdPartyInfo: input.reference == null ? undefined : { thirdPartyAccountId: requireText(input.reference, "reference") },
  };
}

/**
 * The body of PATCH /clients/{id}; null when nothing changes. Guess: nested objects and lists are replaced as a whole, so what
 * they hold besides is sent again as it is.
 */
export function changedClient(backend: string, change: CustomerChange): Patch | null {
  refuseMembers(backend, change, { planId: lacking.planId, ...lackingPerson }, givenInChange);
  refuseClearing(backend, change, ["name", "email", "phone", "address", "reference"]);
  const { email, phone, reference } = change;
  const name = change.name == null ? undefined : requireText(change.name, "name");
  const address = addressChange(backend, change.address);
  if (email != null) requireEmail(email);
  if (phone != null) requireText(phone, "phone");
  if (reference != null) requireText(reference, "reference");
  const needsCurrent = email != null || phone != null || reference != null || address !== undefined;
  if (!needsCurrent && name === undefined) return null;
  return {
    needsCurrent,
    body: (current) => ({
      name,
      billingEmailAddresses: email == null ? undefined : withEmail(rowsIn(current, "billingEmailAddresses"), email),
      phoneNumbers: phone == null ? undefined : withPhone(rowsIn(current, "phoneNumbers"), phone),
      billingAddress: address && merged(memberOf(current, "billingAddress"), address),
      thirdPartyInfo:
        reference == null ? undefined : merged(memberOf(current, "thirdPartyInfo"), { thirdPartyAccountId: reference }),
    }),
  };
}

function withEmail(rows: readonly Row[], email: string): Row[] {
  const main = rows.findIndex((row) => isMainEmail({ type: text(memberOf(row, "type")) }));
  if (main === -1) return [{ address: email, type: "To" }, ...rows];
  return rows.map((row, index) => (index === main ? withMembers(row, { address: email }) : row));
}

function withPhone([first, ...rest]: readonly Row[], phone: string): Row[] {
  return [withMembers(first ?? {}, { number: phone }), ...rest];
}

function merged(current: unknown, members: object): Row {
  return withMembers(isRow(current) ? current : {}, members);
}
