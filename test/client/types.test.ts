import { describe, expect, expectTypeOf, it } from "vitest";
import {
  BackendsDocument,
  type CalendarDate,
  CreateChargeDocument,
  type CreateChargeInput,
  CustomerDocument,
  type CustomerSummaryFragment,
  CustomersDocument,
  type createSubmissions,
  type Decimal,
  type GatewayClient,
  type GatewayClientOptions,
  type GatewayError,
  type Instant,
  instantOf,
  isCalendarDate,
  isCountryCode,
  isCurrencyCode,
  isDecimal,
  type RequestOptions,
  type TransportError,
  type Watch,
} from "../../src/client/index.ts";
import type {
  ChargeRunUpdatesOptions,
  CustomerChangesOptions,
  GatewayProviderProps,
  KeyedMutationOptions,
  OperationUpdatesOptions,
  useCreateChargeMutation,
  useCustomerQuery,
  useCustomersQuery,
  useInfiniteCustomersQuery,
} from "../../src/client/react/index.ts";

/** Code that the compiler must accept or refuse. It is never called: `npm run types` fails instead. */

declare const client: GatewayClient;
declare const hooks: {
  readonly useCustomersQuery: typeof useCustomersQuery;
  readonly useCustomerQuery: typeof useCustomerQuery;
  readonly useInfiniteCustomersQuery: typeof useInfiniteCustomersQuery;
  readonly useCreateChargeMutation: typeof useCreateChargeMutation;
};

describe("types", () => {
  it("of answers have each field", () => {
    expectTypeOf<CustomerSummaryFragment["status"]>().toEqualTypeOf<"ACTIVE" | "ARCHIVED" | "UNKNOWN">();
    expectTypeOf<NonNullable<CustomerSummaryFragment["amountDue"]>["amount"]>().toEqualTypeOf<Decimal>();
    const asked = async () => {
      const { customers } = await client.request(CustomersDocument);
      const [customer] = customers.nodes;
      expectTypeOf(customer?.email).toEqualTypeOf<string | null | undefined>();
      // @ts-expect-error it has no such field
      expectTypeOf(customer?.shoeSize);
    };
    expectTypeOf(asked).returns.resolves.toBeVoid();
  });

  it("of requests have the variables", () => {
    const asked = async () => {
      await client.request(BackendsDocument);
      await client.request(CustomersDocument, { first: 10, filter: { status: "ACTIVE" } });
      // @ts-expect-error no such filter
      await client.request(CustomersDocument, { filter: { shoeSize: 44 } });
      // @ts-expect-error no such state
      await client.request(CustomersDocument, { filter: { status: "GONE" } });
      // @ts-expect-error the id is missing
      await client.request(CustomerDocument);
      // @ts-expect-error the id is missing
      await client.request(CustomerDocument, {});
      // @ts-expect-error a charge is missing
      await client.request(CreateChargeDocument, { input: {} });
    };
    expectTypeOf(asked).toBeFunction();
  });

  it("of hooks have variables, data and errors", () => {
    const page = () => {
      const { data, error } = hooks.useCustomersQuery();
      expectTypeOf(data?.customers.nodes).toEqualTypeOf<CustomerSummaryFragment[] | undefined>();
      expectTypeOf(error).toEqualTypeOf<GatewayError | TransportError | null>();
      const { data: names } = hooks.useCustomersQuery({}, { select: ({ customers }) => customers.nodes.map(({ name }) => name) });
      expectTypeOf(names).toEqualTypeOf<string[] | undefined>();
      const { data: list } = hooks.useInfiniteCustomersQuery({ first: 50 });
      expectTypeOf(list?.pages[0]?.customers.nodes).toEqualTypeOf<CustomerSummaryFragment[] | undefined>();
      const { mutate, data: created } = hooks.useCreateChargeMutation();
      expectTypeOf(created?.createCharge.errors[0]?.field).toEqualTypeOf<string[] | null | undefined>();
      mutate({ input: { charge: { amount: "19.99", currency: "EUR", date: "2026-11-21" } } });
      // @ts-expect-error the hook keeps the cursor
      hooks.useInfiniteCustomersQuery({ after: "cursor" });
      // @ts-expect-error the id is missing
      hooks.useCustomerQuery();
      // @ts-expect-error no such field
      list?.pages[0]?.customers.nodes[0]?.shoeSize;
      // @ts-expect-error no such field
      mutate({ input: { charge: { amont: "19.99" } } });
    };
    expectTypeOf(page).toBeFunction();
  });

  it("of options take undefined, as properties of one's own components have it", () => {
    type Options = [
      GatewayClientOptions,
      RequestOptions,
      Watch<unknown>,
      NonNullable<Parameters<typeof createSubmissions>[0]>,
      GatewayProviderProps,
      CustomerChangesOptions,
      OperationUpdatesOptions,
      ChargeRunUpdatesOptions,
      Pick<KeyedMutationOptions<unknown, never>, "form">,
    ][number];
    // exactOptionalPropertyTypes tells a member that is left out from one that is undefined.
    type Refusing<Each> = Each extends unknown
      ? { [Name in keyof Each]-?: Each extends Record<Name, unknown> ? never : RefusesUndefined<Each, Name> }[keyof Each]
      : never;
    type RefusesUndefined<Each, Name extends keyof Each> = Record<Name, undefined> extends Pick<Each, Name> ? never : Name;
    expectTypeOf<Refusing<{ a?: number; b?: string | undefined; c: string }>>().toEqualTypeOf<"a">();
    expectTypeOf<Refusing<Options>>().toBeNever();
  });

  it("of scalars refuse other values", () => {
    type Spec = CreateChargeInput["charge"];
    expectTypeOf<{ amount: "19.99"; currency: "EUR"; date: "2026-11-21" }>().toExtend<Spec>();
    expectTypeOf<{ amount: "a lot" }>().not.toExtend<Spec>();
    expectTypeOf<{ amount: 19.99 }>().not.toExtend<Spec>();
    expectTypeOf<{ amount: string }>().not.toExtend<Spec>();
    expectTypeOf<{ currency: "eur" }>().not.toExtend<Spec>();
    expectTypeOf<{ date: "tomorrow" }>().not.toExtend<Spec>();
    expectTypeOf<CalendarDate>().not.toExtend<Instant>();
    expectTypeOf<Decimal>().toExtend<Parameters<Intl.NumberFormat["format"]>[0]>();
  });
});

describe("guards", () => {
  it.each([
    [isDecimal, ["0", "19.99", "-5", "007.10"], ["", ".5", "5.", "1e3", "0x10", "1,5", " 1", "NaN"]],
    [isCalendarDate, ["2026-11-21", "2024-02-29"], ["2026-02-29", "2026-13-01", "2026-1-1", "21.11.2026", ""]],
    [isCurrencyCode, ["EUR"], ["eur", "EURO", ""]],
    [isCountryCode, ["DE"], ["de", "DEU", ""]],
  ] as const)("%o", (guard, right, wrong) => {
    expect(right.filter((text) => !guard(text))).toEqual([]);
    expect(wrong.filter((text) => guard(text))).toEqual([]);
  });

  it("writes an instant", () => {
    expect(instantOf(new Date(0))).toBe("1970-01-01T00:00:00.000Z");
    expect(() => instantOf(new Date("?"))).toThrow(RangeError);
  });
});
