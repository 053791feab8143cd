import { describe, expect, test } from "vitest";
import { connect } from "./v01-connection.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };

describe("tax rates", () => {
  test("are listed by country, whatever stands for the tax id, and loaded by the parameter id", () => {
    const { list, read } = connect();
    const german = list("countries/DE/taxes/0/~load");
    expect(german.map(({ value, effectiveDate, isActive }) => [value, effectiveDate, isActive])).toEqual([
      [1900, "2007-01-01", false],
      [1600, "2020-07-01", false],
      [1900, "2021-01-01", true],
    ]);
    expect(list("countries/de/taxes/all/~load")).toEqual(german);
    expect(list("countries/JP/taxes/0/~load")).toEqual([]);
    expect(read("GET", `countries/DE/taxes/0/~load?id=${german[0]?.["id"]}`)).toEqual(german[0]);
    expect(read("GET", `countries/US/taxes/0/~load?id=${german[0]?.["id"]}`)).toMatchObject({ failureCode: "V01" });
    expect(JSON.stringify(german)).not.toMatch(/expirationDate|state/);
  });

  test("are in whole percent if the installation says so", () => {
    expect(connect({ taxUnit: "percent" }).list("countries/DE/taxes/0/~load")).toMatchObject([
      { value: 19 },
      { value: 16 },
      { value: 19 },
    ]);
  });

  test("a form creates a rate, which ends the one before, or updates one", () => {
    const { read, backend } = connect();
    const body = "value=2100&effectiveDate=2026-01-01&description=Umsatzsteuer";
    const created = read("POST", "countries/DE/taxes/new", { headers: form, body });
    expect(created).toMatchObject({ countryCode: "DE", value: 2100, isActive: true, createDate: "2025-06-15 10:20:30" });
    const ended = [...backend.state.taxRates.values()].find(({ effectiveDate }) => effectiveDate === "2021-01-01");
    expect(ended?.expirationDate).toBe("2026-01-01");
    const url = `countries/DE/taxes/${created["id"]}`;
    const updated = read("POST", `${url}?isActive=false`, { headers: form, body: "value=2200&effectiveDate=2026-02-01" });
    expect(updated).toEqual({ ...created, value: 2200, effectiveDate: "2026-02-01", isActive: false });
    expect(read("POST", `countries/US/taxes/${created["id"]}`, { headers: form, body })).toMatchObject({ failureCode: "V01" });
  });

  test("json and missing parameters are refused", () => {
    const { read } = connect();
    const body = { value: 1, effectiveDate: "2026-01-01" };
    expect(read("POST", "countries/DE/taxes/0", { body })).toMatchObject({ failureCode: "F01" });
    expect(read("POST", "countries/DE/taxes/0", { headers: form, body: "value=1" })).toMatchObject({ failureCode: "F01" });
  });
});

describe("plans", () => {
  test("are created, found, loaded and modified", () => {
    const { put, post, read, list } = connect();
    const plan = put("plans", { accountId: 2001, name: "Lines", amount: 1200 });
    expect(plan).toMatchObject({ code: String(plan["id"]), billingCycleType: "M", isActive: true });
    expect(list("plans?name=lines&amountFrom=1200&amountTo=1200&createDate=2025-06-15")).toEqual([plan]);
    const url = `plans/${plan["id"]}`;
    expect(post(url, { billingCycleType: "A", taxAmount: 200, accountId: 2002 })).toMatchObject({
      accountId: 2001,
      name: "Lines",
      amount: 1200,
      taxAmount: 200,
      billingCycleType: "A",
    });
    expect(read("GET", url)).toMatchObject({ billingCycleType: "A" });
    expect(put("plans", { accountId: 2001, name: "x", amount: 1, code: plan["code"] })).toMatchObject({ failureCode: "V02" });
    expect(put("plans", { accountId: 2001, name: "x" })).toMatchObject({ failureCode: "F01" });
    expect(put("plans", { accountId: 2001, name: "x", amount: 1, billingCycleType: "D" })).toMatchObject({ failureCode: "V03" });
  });
});

describe("subscriptions", () => {
  const subscribe = () => {
    const connection = connect();
    const customer = connection.newCustomer();
    const url = `${customer}/subscriptions`;
    const missing = connection.put(url, { planId: "*office_monthly", firstBillingDate: "2025-07-31" });
    connection.put(`${customer}/payment-options`, { code: "card1", holderName: "Ada Byron", token: "tok-1" });
    const fields = { planId: "*office_monthly", paymentOptionId: "*card1", firstBillingDate: "2025-07-31" };
    const subscription = connection.put(url, fields);
    return { ...connection, customer, url, missing, subscription, item: `${url}/${subscription["id"]}` };
  };

  test("take amounts from the plan and need a payment option", () => {
    const { missing, subscription, url, list, put } = subscribe();
    expect(missing).toMatchObject({ failureCode: "O01" });
    expect(subscription).toMatchObject({
      planId: 302,
      planName: "Office Monthly",
      amount: 14_900,
      nextBillingDate: "2025-07-31",
    });
    expect(list(`${url}?nextBillingDateFrom=2025-07-31&billingCycleType=M`)).toEqual([subscription]);
    expect(list(`${url}?lastBillingDateTo=2030-01-01`)).toEqual([]);
    expect(put(url, { planId: "*nothing", firstBillingDate: "2025-07-31" })).toMatchObject({ failureCode: "V01" });
  });

  test("are frozen from a billing date on and cancelled once", () => {
    const { read, list, item } = subscribe();
    expect(read("GET", `${item}/~freeze?effectiveDate=2025-08-30&length=2`)).toMatchObject({ failureCode: "V03" });
    const frozen = read("GET", `${item}/~freeze?effectiveDate=2025-08-31&length=2`);
    expect(frozen).toMatchObject({ pendingAdjustmentType: "F", nextBillingDate: "2025-07-31" });
    const cancelled = read("GET", `${item}/~cancel?effectiveDate=2025-06-15&note=moved`);
    expect(cancelled).not.toHaveProperty("nextBillingDate");
    expect(cancelled).not.toHaveProperty("pendingAdjustmentType");
    expect(read("GET", `${item}/~cancel?effectiveDate=2025-06-15`)).toMatchObject({ failureCode: "U01" });
    expect(list(`${item}/adjustments`)).toMatchObject([
      { type: "F", effectiveDate: "2025-08-31", endDate: "2025-10-31", length: 2 },
      { type: "C", effectiveDate: "2025-06-15", note: "moved" },
    ]);
  });

  test("modify changes the note and the payment option only", () => {
    const { post, item, subscription } = subscribe();
    expect(post(item, { note: "n", amount: 1 })).toEqual({ ...subscription, note: "n" });
  });

  test("payment options show their address as one line and take no raw numbers", () => {
    const { put, list, customer, ask } = subscribe();
    const url = `${customer}/payment-options`;
    put(url, { holderName: "A B", token: "t", street1: "Main 1", city: "Linz", countryCode: "AT" });
    expect(list(url)).toMatchObject([{ code: "card1" }, { address: "Main 1, Linz, AT" }]);
    expect(ask("GET", `${url}/${list(url)[0]?.["id"]}`).status).toBe(200);
    expect(put(url, { holderName: "A", token: "t", accountNumber: "4111" })).toMatchObject({ failureCode: "L04" });
  });
});
