import type { Members } from "../../../adapter/kit/looking.ts";
import { isRow, type Row } from "../../../adapter/kit/reading.ts";
import type { CustomerChange, CustomerInput } from "../../../model/model.ts";
import { memberOf, rowsIn, text, withMembers } from "../fields.ts";
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
import { given } from "../stored.ts";
import { isMainEmail } from "./map.ts";
import type { Patch } from "./write.ts";

const lacking = { planId: "has no plans", parentId: "has no hierarchy of customers" };
const lackingPerson = { firstName: "keeps no persons on customers", lastName: "keeps no persons on customers" };

/**
 * The body of POST /clients, and what it says by the names of the input. Guess: the writable members are those of ClientInfo
 * (contract 7.7).
 */
export function newClient(backend: string, input: CustomerInput): { readonly body: object; readonly sent: Members } {
  refuseMembers(backend, input, input.name == null ? lacking : { ...lacking, ...lackingPerson }, givenInCreate);
  const name = customerName(input);
  const email = input.email == null ? undefined : requireEmail(input.email);
  const phone = input.phone == null ? undefined : requireText(input.phone, "phone");
  const address = addressMembers(backend, input.address);
  const reference = input.reference == null ? undefined : requireText(input.reference, "reference");
  const body = {
    name,
    billingEmailAddresses: email === undefined ? undefined : [{ address: email, type: "To" }],
    phoneNumbers: phone === undefined ? undefined : [{ number: phone }],
    billingAddress: address,
    thirdPartyInfo: reference === undefined ? undefined : { thirdPartyAccountId: reference },
  };
  return { body, sent: given({ name, email, phone, address, reference }) };
}

/**
 * The body of PATCH /clients/{id}; null when nothing changes. Guess: nested objects and lists are replaced as a whole, so what
 * they hold besides is sent again as it is.
 */
export function changedClient(backend: string, change: CustomerChange): Patch | null {
  refuseMembers(backend, change, { planId: lacking.planId, ...lackingPerson }, givenInChange);
  refuseClearing(backend, change, ["name", "email", "phone", "address", "reference"]);
  const name = change.name == null ? undefined : requireText(change.name, "name");
  const email = change.email == null ? undefined : requireEmail(change.email);
  const phone = change.phone == null ? undefined : requireText(change.phone, "phone");
  const address = addressChange(backend, change.address);
  const reference = change.reference == null ? undefined : requireText(change.reference, "reference");
  const sent = given({ name, email, phone, address, reference });
  if (Object.keys(sent).length === 0) return null;
  const needsCurrent = Object.keys(sent).some((member) => member !== "name");
  return {
    needsCurrent,
    sent,
    body: (current) => ({
      name,
      billingEmailAddresses: email && withEmail(rowsIn(current, "billingEmailAddresses"), email),
      phoneNumbers: phone && withPhone(rowsIn(current, "phoneNumbers"), phone),
      billingAddress: address && merged(memberOf(current, "billingAddress"), address),
      thirdPartyInfo: reference && merged(memberOf(current, "thirdPartyInfo"), { thirdPartyAccountId: reference }),
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
