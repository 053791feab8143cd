/** The lists in pages, with the arguments that tell one from another. */
export const lists = {
  Account: { charges: ["filter"] },
  Backend: { planCatalogue: [], plans: [], serviceCatalogue: [], services: [] },
  ChargeRun: { rows: ["filter"] },
  Customer: { charges: ["filter"] },
  Plan: { charges: ["filter"] },
  Query: { accounts: ["search"], changes: ["backends","since","types"], chargeRuns: ["filter"], charges: ["customerIds","filter"], customers: ["backends","filter","interleave"], linkSuggestions: ["backends","customerId"], operations: ["filter"], search: ["backends","text","types"], taxes: ["backends","filter","interleave"] },
} as const;
