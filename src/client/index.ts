/** Entry for every front end: the client, its errors and the typed documents. Needs neither React nor the server. */
export {
  createGatewayClient,
  type GatewayClient,
  type GatewayClientOptions,
  type RequestOptions,
} from "./client.ts";
export { type AnyDocument, operationName, type TypeDecoration, type TypedDocument } from "./documents.ts";
export {
  type Circumstances,
  type Failure,
  GatewayError,
  isRetryable,
  isUnauthenticated,
  type Payload,
  TransportError,
  unwrap,
} from "./errors.ts";
export * from "./generated/graphql.ts";
export { isSettled, type MutationAnswer, type MutationOutcome } from "./outcome.ts";
export {
  type CalendarDate,
  type CountryCode,
  type CurrencyCode,
  type Decimal,
  type Instant,
  instantOf,
  isCalendarDate,
  isCountryCode,
  isCurrencyCode,
  isDecimal,
} from "./scalars.ts";
export { createSubmissions, type KeyStorage, memoryKeys, type Submission, type Submissions } from "./submissions.ts";
export { type Watch, watch } from "./watch.ts";
