import { expect } from "vitest";
import type { Adapter } from "../../src/adapter/adapter.ts";
import type { BillingError } from "../../src/model/errors.ts";
import {
  type Charge,
  type Customer,
  chargeIntervals,
  chargeKinds,
  chargeStatuses,
  type Entity,
  type Money,
  type Stub,
  type Tax,
  taxLiabilities,
  taxScopes,
} from "../../src/model/model.ts";
import { addDecimals, canonicalDecimal, compareDecimals } from "../../src/model/money.ts";

const decimal = /^-?\d+(\.\d+)?$/;
const currencyCode = /^[A-Z]{3}$/;
const secretKey = /password|passwd|secret|token|auth|bank|csc|accountnumber|accessory/i;

/** The invariants of the unified model (model/model.ts) that hold for every value of every adapter. */
export function assertWellFormed(value: Entity, adapter: Adapter, secrets: readonly string[] = []): void {
  const label = `${value.type} ${value.id}`;
  expect(value.backend, label).toBe(adapter.key);
  for (const text of [value.id, value.backendId, value.name]) expect(text.trim(), label).not.toBe("");
  for (const [member, content] of Object.entries(value)) {
    expect(content, `${label}.${member}`).not.toBe(undefined);
    expect(content, `${label}.${member} is empty instead of null`).not.toBe("");
    if (member.endsWith("At") && content !== null) assertInstant(content, `${label}.${member}`);
    if ((member.endsWith("On") || /date$/i.test(member)) && content !== null) assertDate(content, `${label}.${member}`);
  }
  if (value.type === "Customer") assertCustomer(value, label);
  if (value.type === "Charge") assertCharge(value, label);
  if (value.type === "Tax") assertTax(value, label);
  if (value.type === "Plan") assertMoney(value.amount, label);
  if (value.type === "Service") assertStub(value.tax, value.backend, label);
  if ("raw" in value) assertNoSecretKeys(value.raw, `${label}.raw`);
  assertNoSecrets(JSON.stringify(value), secrets, label);
}

/** The publishable members of an error contain no secrets; its cause is never published. */
export function assertErrorKeepsSecrets(error: BillingError, secrets: readonly string[]): void {
  const { code, message, backend, field, backendCode, related } = error;
  assertNoSecrets(JSON.stringify({ code, message, backend, field, backendCode, related }), secrets, `error ${code}`);
  for (const other of related) assertErrorKeepsSecrets(other, secrets);
}

/** RFC 3339, in UTC. */
export function assertInstant(text: unknown, label: string): void {
  expect(text, label).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  expect(Date.parse(String(text)), label).not.toBeNaN();
}

/** A calendar date that exists. */
export function assertDate(text: unknown, label: string): void {
  expect(text, label).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(new Date(`${text}T00:00:00Z`).toISOString().slice(0, 10), label).toBe(text);
}

function assertCustomer(customer: Customer, label: string): void {
  expect(["ACTIVE", "ARCHIVED", "UNKNOWN"], label).toContain(customer.status);
  expect(customer.currency, label).toMatch(currencyCode);
  assertMoney(customer.amountDue, label);
  assertStub(customer.parent, customer.backend, label);
  assertStub(customer.plan, customer.backend, label);
  if (customer.address === null) return;
  const { lines, ...rest } = customer.address;
  for (const line of lines) expect(line.trim(), `${label}.address.lines`).not.toBe("");
  for (const part of Object.values(rest)) expect(part, `${label}.address`).not.toBe("");
}

function assertCharge(charge: Charge, label: string): void {
  const { customer, plan, service, amount, taxAmount, total, outstanding, cost, recurrence } = charge;
  expect(chargeKinds, label).toContain(charge.kind);
  expect(chargeStatuses, label).toContain(charge.status);
  expect(charge.quantity, label).toMatch(decimal);
  for (const stub of [customer, plan, service]) assertStub(stub, charge.backend, label);
  for (const money of [amount, taxAmount, total, outstanding, cost]) assertMoney(money, label);
  expect(customer !== null || plan !== null, `${label} belongs to nobody`).toBe(true);
  const sum = amount && taxAmount && addDecimals(amount.amount, taxAmount.amount);
  expect(total && canonicalDecimal(total.amount), `${label}.total`).toBe(sum && canonicalDecimal(sum));
  const isBelowZero = amount !== null && compareDecimals(amount.amount, "0") < 0;
  if (isBelowZero) expect(["CREDIT", "RECURRING"], label).toContain(charge.kind);
  if (charge.kind === "CREDIT" && amount) expect(compareDecimals(amount.amount, "0"), label).toBeLessThanOrEqual(0);
  if (recurrence === null) return;
  const { interval, occurrences, startsOn, endsOn } = recurrence;
  expect(chargeIntervals, label).toContain(interval);
  if (occurrences !== null) expect(occurrences, label).toBeGreaterThanOrEqual(1);
  for (const date of [startsOn, endsOn]) if (date !== null) assertDate(date, `${label}.recurrence`);
}

function assertTax(tax: Tax, label: string): void {
  if (tax.rate !== null) expect(tax.rate, label).toMatch(decimal);
  assertMoney(tax.fixedAmount, label);
  for (const scope of tax.appliesTo) expect(taxScopes, label).toContain(scope);
  if (tax.defaultLiability !== null) expect(taxLiabilities, label).toContain(tax.defaultLiability);
  assertStub(tax.owner, tax.backend, label);
  if (tax.country !== null) expect(tax.country, label).toMatch(/^[A-Z]{2}$/);
}

function assertMoney(money: Money | null, label: string): void {
  if (money === null) return;
  expect(money.amount, label).toMatch(decimal);
  expect(money.currency, label).toMatch(currencyCode);
}

function assertStub(stub: Stub | null, backend: string, label: string): void {
  if (stub === null) return;
  expect(stub.backend, label).toBe(backend);
  expect(stub.id, label).not.toBe("");
  expect(stub.name, label).not.toBe("");
}

function assertNoSecretKeys(content: unknown, label: string): void {
  if (typeof content !== "object" || content === null) return;
  for (const [key, inner] of Object.entries(content)) {
    expect(key, label).not.toMatch(secretKey);
    assertNoSecretKeys(inner, `${label}.${key}`);
  }
}

function assertNoSecrets(text: string, secrets: readonly string[], label: string): void {
  for (const secret of secrets) expect(text.includes(secret), `${label} tells a secret`).toBe(false);
}
