import type { Adapter, List } from "./adapter.ts";

/**
 * Filters as people type them mean the same in every backend: white space around a text is nothing, and a blank text is no filter. It is
 * done here for all adapters, as what they send and compare must not differ.
 */
export function withPlainFilters(adapter: Adapter): Adapter {
  const { customers, charges, taxes } = adapter;
  const { listByCustomers, listByPlans } = charges;
  return {
    ...adapter,
    customers: { ...customers, list: plainly(customers.list) },
    charges: {
      ...charges,
      listByCustomers: (ids, query, window, scope) => listByCustomers(ids, plain(query), window, scope),
      ...(listByPlans && { listByPlans: (ids, query, window, scope) => listByPlans(ids, plain(query), window, scope) }),
    },
    ...(taxes && { taxes: { ...taxes, list: plainly(taxes.list) } }),
  };
}

function plainly<T, Query extends object>(list: List<T, Query>): List<T, Query> {
  return (query, page, scope) => list(plain(query), page, scope);
}

function plain<Query extends object>(query: Query): Query {
  const members = Object.entries(query).map(([name, value]) => [name, typeof value === "string" ? value.trim() || null : value]);
  return Object.fromEntries(members) as Query;
}
