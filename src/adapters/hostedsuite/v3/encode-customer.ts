import type { Members } from "../../../adapter/kit/looking.ts";
import { isRow, type Row } from "../../../adapter/kit/reading.ts";
import type { CustomerChange, CustomerInput } from "../../../model/model.ts";
import { given } from "../compared.ts";
import { addressChange, addressMembers, customerName } from "../encode.ts";
import { memberOf, rowsIn, text, withMembers } from "../reading.ts";
import { isMainEmail } from "./map.ts";
import type { Patch } from "./writes.ts";

/**
 * Encodes POST /clients, and gives the sent members under the input's names. Guess: the writable members are those of ClientInfo (contract 7.7).
 */
export function newClient(input: CustomerInput): { readonly body: object; readonly sent: Members } {
  const name = customerName(input);
  const address = addressMembers(input.address);
  const [email, phone, reference] = [input.email ?? undefined, input.phone ?? undefined, input.reference ?? undefined];
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
 * Encodes PATCH /clients/{id}; null where nothing changes. Guess: nested objects and lists are replaced as a whole, so their other members are
 * sent again.
 */
export function changedClient(change: CustomerChange): Patch | null {
  const { name, email, phone, reference } = change;
  const address = addressChange(change.address);
  const sent = given({ name, email, phone, address, reference });
  if (Object.keys(sent).length === 0) return null;
  const needsCurrent = Object.keys(sent).some((member) => member !== "name");
  return {
    needsCurrent,
    sent,
    body: (current) => ({
      name,
      billingEmailAddresses: email ? withEmail(rowsIn(current, "billingEmailAddresses"), email) : undefined,
      phoneNumbers: phone ? withPhone(rowsIn(current, "phoneNumbers"), phone) : undefined,
      billingAddress: address && merged(memberOf(current, "billingAddress"), address),
      thirdPartyInfo: reference ? merged(memberOf(current, "thirdPartyInfo"), { thirdPartyAccountId: reference }) : undefined,
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
