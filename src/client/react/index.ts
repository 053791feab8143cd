/** Entry for React front ends, besides billing-gateway-client: a provider, and a hook for each operation of the package. */
export * from "../generated/hooks.ts";
export { gatewayPages, gatewayQuery, type PageEnd, queryKey, type RequestError, retryDelay } from "../queries.ts";
export { type CustomerChangesOptions, useCustomerChanges } from "./changes.ts";
export {
  createKeyedMutationHook,
  createMutationHook,
  type KeyedMutationOptions,
  type KeyedMutationResult,
  keyedMutation,
} from "./mutations.ts";
export { GatewayProvider, type GatewayProviderProps, useGatewayClient } from "./provider.ts";
export { createInfiniteQueryHook, createQueryHook } from "./queries.ts";
export {
  type ChargeRunUpdates,
  type ChargeRunUpdatesOptions,
  type OperationUpdates,
  type OperationUpdatesOptions,
  useAllOperationUpdates,
  useChargeRunUpdates,
  useOperationUpdates,
} from "./updates.ts";
