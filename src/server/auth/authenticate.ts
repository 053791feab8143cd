import { anybody, type Caller } from "../../billing/caller.ts";

/** Who a request's headers say is asking. Rejects with UNAUTHENTICATED (BillingError) for missing and wrong credentials. */
export type Authenticate = (headers: Headers) => Promise<Caller>;

/** auth.mode none. */
export const withoutCredentials: Authenticate = async () => anybody;
