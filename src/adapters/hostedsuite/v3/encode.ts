import { given, type Members } from "../../../adapter/kit/looking.ts";
import { isRow, type Row } from "../../../adapter/kit/reading.ts";
import type { ChargeChange, CustomerChange, CustomerInput, TaxChange, TaxInput } from "../../../model/model.ts";
import { addressChange, addressMembers, changedChargeMembers, customerName, sentCharge } from "../encode.ts";
import type { MappingContext } from "../map.ts";
import { decimal, memberOf, rowsIn, text, withMembers } from "../reading.ts";
import { isMainEmail } from "./map.ts";
import * as wire from "./wire.ts";
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

/**
 * Encodes PATCH /charges/{id}; null where nothing changes. Where costs are of units, a new amount needs the stored quantity, and a new quantity
 * keeps the amount.
 */
export function changedCharge(context: MappingContext, change: ChargeChange): Patch | null {
  const members = changedChargeMembers(context, change);
  const sent = sentCharge(members, change.amount);
  if (Object.keys(sent).length === 0) return null;
  const { amount, quantity } = change;
  const needsCurrent = context.costs.isPerUnit && (amount != null) !== (quantity != null);
  return {
    needsCurrent,
    sent,
    body: (current) => {
      const shown = needsCurrent ? wire.chargeRow.parse(current) : null;
      const line = amount ?? (shown && context.costs.amount(shown.cost, shown.quantity));
      const isPriced = line != null && (amount != null || needsCurrent);
      const cost = isPriced ? Number(context.costs.cost(line, quantity ?? shown?.quantity ?? "1")) : undefined;
      return { ...members, cost };
    },
  };
}

/** The body of a write to /taxes: only name, type and rate are writable (contract 7.7). */
export interface TaxMembers {
  readonly name?: string | undefined;
  readonly type?: "Percentage" | "Flat";
  readonly rate?: number;
  readonly __Restore?: true | undefined;
}

/** The sent members under the input's names. */
export function sentTax({ name, type, rate, __Restore: active }: TaxMembers): Members {
  const value = rate === undefined ? undefined : decimal(rate);
  return given({
    name,
    rate: type === "Percentage" ? value : undefined,
    fixedAmount: type === "Flat" ? value : undefined,
    active,
  });
}

/** Encodes POST /taxes. */
export function newTax({ name, ...rate }: TaxInput): TaxMembers {
  return { name, ...rateOf(rate) };
}

/** Encodes PATCH /taxes/{id}; null where nothing but archiving changes. */
export function changedTax({ name, active, ...change }: TaxChange): TaxMembers | null {
  const rate = rateOf(change);
  if (name == null && rate === null && active !== true) return null;
  return { name: name ?? undefined, ...rate, __Restore: active === true ? true : undefined };
}

function rateOf({
  rate,
  fixedAmount,
}: Pick<TaxInput, "rate" | "fixedAmount">): Required<Pick<TaxMembers, "type" | "rate">> | null {
  if (rate != null) return { type: "Percentage", rate: Number(rate) };
  return fixedAmount == null ? null : { type: "Flat", rate: Number(fixedAmount) };
}
