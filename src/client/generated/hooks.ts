"use client";
import { createInfiniteQueryHook } from "../react/queries.ts";
import { createKeyedMutationHook } from "../react/mutations.ts";
import { createMutationHook } from "../react/mutations.ts";
import { createQueryHook } from "../react/queries.ts";
import * as documents from "./graphql.ts";
/** The accounts, newest first. */
export const useAccountsQuery = /* @__PURE__ */ createQueryHook(documents.AccountsDocument);
/** The accounts, newest first. */
export const useInfiniteAccountsQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.AccountsDocument, (data) => data.accounts.pageInfo);
/** An account; null if it does not exist (any more). */
export const useAccountQuery = /* @__PURE__ */ createQueryHook(documents.AccountDocument);
/** An account; null if it does not exist (any more). */
export const useAccountChargesQuery = /* @__PURE__ */ createQueryHook(documents.AccountChargesDocument);
/** An account; null if it does not exist (any more). */
export const useInfiniteAccountChargesQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.AccountChargesDocument, (data) => data.account?.charges.pageInfo);
/** An account; null if it does not exist (any more). */
export const useAccountStatementQuery = /* @__PURE__ */ createQueryHook(documents.AccountStatementDocument);
/** An account; null if it does not exist (any more). */
export const useAccountDriftQuery = /* @__PURE__ */ createQueryHook(documents.AccountDriftDocument);
/** Reasons to doubt that customers are the same, for use before or after they are linked. Each customer is compared together with its whole account. Empty if there are none. */
export const useLinkWarningsQuery = /* @__PURE__ */ createQueryHook(documents.LinkWarningsDocument);
/**
 * Links customers into one account. If a customer is in an account already, that account is merged in, under the id of the oldest. Nothing is linked unless all of the customers exist. The records of the backends are not changed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE.
 */
export const useLinkCustomersMutation = /* @__PURE__ */ createKeyedMutationHook(documents.LinkCustomersDocument);
/**
 * Takes customers out of their accounts. An account with fewer than two customers left no longer exists. The records of the backends are not changed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE.
 */
export const useUnlinkCustomersMutation = /* @__PURE__ */ createKeyedMutationHook(documents.UnlinkCustomersDocument);
/**
 * Gives the values of one customer of an account to the others, where they differ. There is one result for each customer that differs. If a backend cannot take a field, its target fails and the others go on. The values are read from the backends before the call is recorded; repeating the call with its key writes the same values. If a customer cannot be read, the whole call fails with the reason, and nothing is recorded or sent: repeat it later, or unlink a customer that does not exist any more.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const useAlignCustomersMutation = /* @__PURE__ */ createKeyedMutationHook(documents.AlignCustomersDocument);
/** All backends that the caller may see. */
export const useBackendsQuery = /* @__PURE__ */ createQueryHook(documents.BackendsDocument);
/** A backend by its key; null if there is none. */
export const useBackendQuery = /* @__PURE__ */ createQueryHook(documents.BackendDocument);
/** A backend by its key; null if there is none. */
export const useBackendInputsQuery = /* @__PURE__ */ createQueryHook(documents.BackendInputsDocument);
/** A backend by its key; null if there is none. */
export const usePlansQuery = /* @__PURE__ */ createQueryHook(documents.PlansDocument);
/** A backend by its key; null if there is none. */
export const useInfinitePlansQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.PlansDocument, (data) => data.backend?.plans.pageInfo);
/** A backend by its key; null if there is none. */
export const useServicesQuery = /* @__PURE__ */ createQueryHook(documents.ServicesDocument);
/** A backend by its key; null if there is none. */
export const useInfiniteServicesQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.ServicesDocument, (data) => data.backend?.services.pageInfo);
/** All backends that the caller may see. */
export const useBackendFormsQuery = /* @__PURE__ */ createQueryHook(documents.BackendFormsDocument);
/** Charges of several customers, newest first, merged over their backends. */
export const useChargesQuery = /* @__PURE__ */ createQueryHook(documents.ChargesDocument);
/** Charges of several customers, newest first, merged over their backends. */
export const useInfiniteChargesQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.ChargesDocument, (data) => data.charges.pageInfo);
/** A charge; null if it does not exist. */
export const useChargeQuery = /* @__PURE__ */ createQueryHook(documents.ChargeDocument);
/**
 * Creates a charge in the backend of its customer or plan.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN, LIKELY_DUPLICATE.
 */
export const useCreateChargeMutation = /* @__PURE__ */ createKeyedMutationHook(documents.CreateChargeDocument);
/**
 * Creates charges for any customers in any backends. A failure of one does not stop the others, unless onFailure is ROLL_BACK.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN, LIKELY_DUPLICATE.
 */
export const useCreateChargesMutation = /* @__PURE__ */ createKeyedMutationHook(documents.CreateChargesDocument);
/**
 * Creates a credit for a customer. It appears in the list of charges, with the kind CREDIT and an amount below zero.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN, LIKELY_DUPLICATE.
 */
export const useCreateCreditMutation = /* @__PURE__ */ createKeyedMutationHook(documents.CreateCreditDocument);
/**
 * Creates credits for any customers in any backends. A failure of one does not stop the others, unless onFailure is ROLL_BACK.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN, LIKELY_DUPLICATE.
 */
export const useCreateCreditsMutation = /* @__PURE__ */ createKeyedMutationHook(documents.CreateCreditsDocument);
/**
 * Changes a charge. `Backend.inputs` says which members can be changed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const useUpdateChargeMutation = /* @__PURE__ */ createKeyedMutationHook(documents.UpdateChargeDocument);
/**
 * Voids a charge: the backend reverses, archives or deletes it.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const useVoidChargeMutation = /* @__PURE__ */ createKeyedMutationHook(documents.VoidChargeDocument);
/**
 * Executes a defined charge now. Two calls charge twice: give an idempotency key. A charge that was executed a short time ago, by any caller, is not executed again without `allowDuplicate: true`.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN, LIKELY_DUPLICATE.
 */
export const useExecuteChargeMutation = /* @__PURE__ */ createKeyedMutationHook(documents.ExecuteChargeDocument);
/** Customers of all backends, or of those in `backends`. By default a page asks one backend after the other, and only those that it needs. */
export const useCustomersQuery = /* @__PURE__ */ createQueryHook(documents.CustomersDocument);
/** Customers of all backends, or of those in `backends`. By default a page asks one backend after the other, and only those that it needs. */
export const useInfiniteCustomersQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.CustomersDocument, (data) => data.customers.pageInfo);
/** A customer; null if it does not exist. */
export const useCustomerQuery = /* @__PURE__ */ createQueryHook(documents.CustomerDocument);
/** A customer; null if it does not exist. */
export const useCustomerProfileQuery = /* @__PURE__ */ createQueryHook(documents.CustomerProfileDocument);
/** A customer; null if it does not exist. */
export const useCustomerChargesQuery = /* @__PURE__ */ createQueryHook(documents.CustomerChargesDocument);
/** A customer; null if it does not exist. */
export const useInfiniteCustomerChargesQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.CustomerChargesDocument, (data) => data.customer?.charges.pageInfo);
/** A customer; null if it does not exist. */
export const useCustomerRecordQuery = /* @__PURE__ */ createQueryHook(documents.CustomerRecordDocument);
/** Several objects by their global ids, in the order of the ids. Null for one that does not exist; null with an error for one that cannot be read. */
export const useCustomersByIdQuery = /* @__PURE__ */ createQueryHook(documents.CustomersByIdDocument);
/** Several objects by their global ids, in the order of the ids. Null for one that does not exist; null with an error for one that cannot be read. */
export const useCustomerContactsQuery = /* @__PURE__ */ createQueryHook(documents.CustomerContactsDocument);
/**
 * Creates a customer in each of the backends, and links those that were created into one account.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const useCreateCustomerMutation = /* @__PURE__ */ createKeyedMutationHook(documents.CreateCustomerDocument);
/**
 * Changes a customer. `Backend.inputs` says which members can be changed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const useUpdateCustomerMutation = /* @__PURE__ */ createKeyedMutationHook(documents.UpdateCustomerDocument);
/**
 * Archives a customer. Nothing is deleted permanently.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const useArchiveCustomerMutation = /* @__PURE__ */ createKeyedMutationHook(documents.ArchiveCustomerDocument);
/**
 * Restores an archived customer.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const useRestoreCustomerMutation = /* @__PURE__ */ createKeyedMutationHook(documents.RestoreCustomerDocument);
/** The operations of the journal, newest first. */
export const useOperationsQuery = /* @__PURE__ */ createQueryHook(documents.OperationsDocument);
/** The operations of the journal, newest first. */
export const useInfiniteOperationsQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.OperationsDocument, (data) => data.operations.pageInfo);
/** An operation: the record of a mutation. Null if it does not exist (any more). */
export const useOperationQuery = /* @__PURE__ */ createQueryHook(documents.OperationDocument);
/** An operation: the record of a mutation. Null if it does not exist (any more). */
export const useOperationResultsQuery = /* @__PURE__ */ createQueryHook(documents.OperationResultsDocument);
/** Several objects by their global ids, in the order of the ids. Null for one that does not exist; null with an error for one that cannot be read. */
export const useNodesQuery = /* @__PURE__ */ createQueryHook(documents.NodesDocument);
/**
 * Reconciles an operation with an unknown outcome now: looks in the backends for the effects of its steps, without waiting for the gateway's next attempt. It sends no write, except the compensations that a roll-back still needs.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const useReconcileOperationMutation = /* @__PURE__ */ createMutationHook(documents.ReconcileOperationDocument);
/**
 * Resolves a step with an unknown outcome by hand, after a person has looked. The person's name, the time and the reason are stored with the step. Then the operation goes on: later steps are closed, and a roll-back that waited for the step compensates what is left.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const useResolveOperationMutation = /* @__PURE__ */ createMutationHook(documents.ResolveOperationDocument);
/** The operations of the journal, newest first. */
export const useOpenOperationsQuery = /* @__PURE__ */ createQueryHook(documents.OpenOperationsDocument);
/** Charge runs, newest first. */
export const useChargeRunsQuery = /* @__PURE__ */ createQueryHook(documents.ChargeRunsDocument);
/** Charge runs, newest first. */
export const useInfiniteChargeRunsQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.ChargeRunsDocument, (data) => data.chargeRuns.pageInfo);
/** A charge run; null if it does not exist (any more). */
export const useChargeRunQuery = /* @__PURE__ */ createQueryHook(documents.ChargeRunDocument);
/** A charge run; null if it does not exist (any more). */
export const useChargeRunRowsQuery = /* @__PURE__ */ createQueryHook(documents.ChargeRunRowsDocument);
/** A charge run; null if it does not exist (any more). */
export const useInfiniteChargeRunRowsQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.ChargeRunRowsDocument, (data) => data.chargeRun?.rows.pageInfo);
/** A charge run; null if it does not exist (any more). */
export const useChargeRunUndoQuery = /* @__PURE__ */ createQueryHook(documents.ChargeRunUndoDocument);
/**
 * Corrects a row and checks it again.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const useCorrectChargeRunRowMutation = /* @__PURE__ */ createMutationHook(documents.CorrectChargeRunRowDocument);
/**
 * Skips rows: they are not sent.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const useSkipChargeRunRowsMutation = /* @__PURE__ */ createMutationHook(documents.SkipChargeRunRowsDocument);
/**
 * Allows rows that look like other charges: they are sent anyway.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const useAllowChargeRunDuplicatesMutation = /* @__PURE__ */ createMutationHook(documents.AllowChargeRunDuplicatesDocument);
/**
 * Checks rows again that were not sent, failed, were cancelled or were undone, so that the run can be executed again.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const useCheckChargeRunMutation = /* @__PURE__ */ createMutationHook(documents.CheckChargeRunDocument);
/**
 * Confirms the plan of a run. Its rows are then sent in the background; if a second person has to approve, after the approval.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED.
 */
export const useExecuteChargeRunMutation = /* @__PURE__ */ createMutationHook(documents.ExecuteChargeRunDocument);
/**
 * Approves a plan that another person has confirmed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const useApproveChargeRunMutation = /* @__PURE__ */ createMutationHook(documents.ApproveChargeRunDocument);
/**
 * Refuses a plan that another person has confirmed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const useRefuseChargeRunMutation = /* @__PURE__ */ createMutationHook(documents.RefuseChargeRunDocument);
/**
 * Pauses a run: nothing more is sent until it is resumed. Rows in flight are finished.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const usePauseChargeRunMutation = /* @__PURE__ */ createMutationHook(documents.PauseChargeRunDocument);
/**
 * Resumes a run that is paused, as a whole or for a backend that refused every call.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const useResumeChargeRunMutation = /* @__PURE__ */ createMutationHook(documents.ResumeChargeRunDocument);
/**
 * Cancels a run: rows that were not sent yet are not sent.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const useCancelChargeRunMutation = /* @__PURE__ */ createMutationHook(documents.CancelChargeRunDocument);
/**
 * Voids the charges that a run has created, in the background, where the backends can.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED.
 */
export const useUndoChargeRunMutation = /* @__PURE__ */ createMutationHook(documents.UndoChargeRunDocument);
/** Finds customers, charges and taxes by text. Every word may be the beginning of a word; case, accents and punctuation are ignored. Customers are found by name, e-mail address, reference, phone number, id and place. The search asks the gateway's own directory, and also a backend that can filter its lists. Without a recent directory, and for a caller with a user of its own in a backend, it reads some pages of the backend's list for each page here; charges cannot be searched for then. `sources` says what could be searched. */
export const useSearchQuery = /* @__PURE__ */ createQueryHook(documents.SearchDocument);
/** Finds customers, charges and taxes by text. Every word may be the beginning of a word; case, accents and punctuation are ignored. Customers are found by name, e-mail address, reference, phone number, id and place. The search asks the gateway's own directory, and also a backend that can filter its lists. Without a recent directory, and for a caller with a user of its own in a backend, it reads some pages of the backend's list for each page here; charges cannot be searched for then. `sources` says what could be searched. */
export const useInfiniteSearchQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.SearchDocument, (data) => data.search.pageInfo);
/** Finds customers, charges and taxes by text. Every word may be the beginning of a word; case, accents and punctuation are ignored. Customers are found by name, e-mail address, reference, phone number, id and place. The search asks the gateway's own directory, and also a backend that can filter its lists. Without a recent directory, and for a caller with a user of its own in a backend, it reads some pages of the backend's list for each page here; charges cannot be searched for then. `sources` says what could be searched. */
export const useFindQuery = /* @__PURE__ */ createQueryHook(documents.FindDocument);
/** What the gateway's directory knows of a customer, without a call to its backend. Null if the directory does not have it, or if the caller has a user of its own in that backend. */
export const useKnownCustomerQuery = /* @__PURE__ */ createQueryHook(documents.KnownCustomerDocument);
/** Pairs of customers of different backends that are probably the same, best first. The gateway finds them in the background, in its own directory. Pairs that are in one account or were declined are left out. Accept a suggestion with linkCustomers, decline it with declineLink. */
export const useLinkSuggestionsQuery = /* @__PURE__ */ createQueryHook(documents.LinkSuggestionsDocument);
/** Pairs of customers of different backends that are probably the same, best first. The gateway finds them in the background, in its own directory. Pairs that are in one account or were declined are left out. Accept a suggestion with linkCustomers, decline it with declineLink. */
export const useInfiniteLinkSuggestionsQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.LinkSuggestionsDocument, (data) => data.linkSuggestions.pageInfo);
/**
 * Declines a suggestion: the two customers are not suggested again. They can still be linked.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE.
 */
export const useDeclineLinkMutation = /* @__PURE__ */ createKeyedMutationHook(documents.DeclineLinkDocument);
/** Taxes of all backends that keep taxes, or of those in `backends`. */
export const useTaxesQuery = /* @__PURE__ */ createQueryHook(documents.TaxesDocument);
/** Taxes of all backends that keep taxes, or of those in `backends`. */
export const useInfiniteTaxesQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.TaxesDocument, (data) => data.taxes.pageInfo);
/** Taxes of all backends that keep taxes, or of those in `backends`. */
export const useTaxLiabilitiesQuery = /* @__PURE__ */ createQueryHook(documents.TaxLiabilitiesDocument);
/** Taxes of all backends that keep taxes, or of those in `backends`. */
export const useInfiniteTaxLiabilitiesQuery = /* @__PURE__ */ createInfiniteQueryHook(documents.TaxLiabilitiesDocument, (data) => data.taxes.pageInfo);
/** A tax; null if it does not exist. */
export const useTaxQuery = /* @__PURE__ */ createQueryHook(documents.TaxDocument);
/**
 * Creates a tax in each of the backends.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const useCreateTaxMutation = /* @__PURE__ */ createKeyedMutationHook(documents.CreateTaxDocument);
/**
 * Changes a tax. `Backend.inputs` says which members can be changed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const useUpdateTaxMutation = /* @__PURE__ */ createKeyedMutationHook(documents.UpdateTaxDocument);
/**
 * Archives a tax: the backend deletes, archives or deactivates it.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const useArchiveTaxMutation = /* @__PURE__ */ createKeyedMutationHook(documents.ArchiveTaxDocument);
/**
 * Sets whether a customer, a charge or a product is liable for a tax.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const useSetTaxLiabilityMutation = /* @__PURE__ */ createKeyedMutationHook(documents.SetTaxLiabilityDocument);
/** The caller. */
export const useViewerQuery = /* @__PURE__ */ createQueryHook(documents.ViewerDocument);
