import { createRedaction, isSecretName } from "../../adapter/kit/quote.ts";

/** Further payment data and identity documents of v01 (contract 10.1 to 10.5). */
const ownSecret = /auth|csc|account.?(data|accessory)|holder|expir|ssn/i;

/** A record as sent, without secret members at any depth. */
export const publishable = createRedaction((name) => isSecretName(name) || ownSecret.test(name));
