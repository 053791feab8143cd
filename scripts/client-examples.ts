import type { TypedDocument } from "../src/client/documents.ts";
import type * as documents from "../src/client/generated/graphql.ts";

/**
 * Variables of each operation of the client package, as its reference shows them (docs/clients/reference.md) and as
 * test/client/reference.test.ts sends them to a gateway on the sandbox.
 */

/** Ids that a reader has from lists; the test's are those of a sandbox. */
export interface KnownIds {
  /** Of v01. */
  readonly customer: string;
  /** The same person in Enswitch. */
  readonly otherCustomer: string;
  /** Of HostedSuite, with nothing that keeps it from being archived. */
  readonly leavingCustomer: string;
  readonly archivedCustomer: string;
  readonly account: string;
  /** Of Enswitch, not executed yet. */
  readonly charge: string;
  /** Of v01: it can be taken back. */
  readonly voidableCharge: string;
  /** Of Enswitch. */
  readonly tax: string;
  /** Of HostedSuite v3. */
  readonly oldTax: string;
  readonly operation: string;
  /** Of an operation with a step of unknown outcome. */
  readonly unknownOperation: string;
  /** Charge runs in the state that their name says; `plan` names what the ready one would send, `undoPlan` what is taken back. */
  readonly readyRun: string;
  readonly plan: string;
  /** Its first row, `copies`, has a customer that nobody knows. */
  readonly troubledRun: string;
  readonly awaitingRun: string;
  readonly awaitingPlan: string;
  readonly runningRun: string;
  readonly pausedRun: string;
  readonly doneRun: string;
  readonly undoPlan: string;
}

type Documents = {
  [Name in keyof typeof documents as Name extends `${infer Operation}Document` ? Operation : never]: (typeof documents)[Name];
};
type VariablesOf<Document> = Document extends TypedDocument<unknown, infer Variables> ? Variables : never;

export type Examples = { readonly [Name in keyof Documents]: VariablesOf<Documents[Name]> };

export function examplesOf(ids: KnownIds): Examples {
  const { customer, otherCustomer, account, charge, tax, operation } = ids;
  const whom = { customerId: customer };
  return {
    Accounts: { first: 20, search: "bakery" },
    Account: { id: account },
    AccountCharges: { id: account, first: 20, filter: { from: "2026-01-01" } },
    AccountStatement: { id: account, from: "2026-01-01", to: "2026-12-31" },
    AccountDrift: { id: account },
    LinkCustomers: { input: { customerIds: [customer, otherCustomer], name: "Corner Bakery" } },
    UnlinkCustomers: { input: { customerIds: [otherCustomer] } },
    AlignCustomers: { input: { accountId: account, from: customer, fields: ["EMAIL"], validateOnly: true } },
    Backends: {},
    Backend: { key: "pbx" },
    BackendInputs: { backend: "pbx", writes: ["CHARGE_CREATE"] },
    BackendForms: {},
    Plans: { backend: "pbx", first: 20 },
    Services: { backend: "offices", first: 20 },
    Charges: { customerIds: [customer, otherCustomer], first: 20, filter: { kind: ["ONE_OFF"] } },
    Charge: { id: charge },
    CreateCharge: { input: { charge: { ...whom, description: "Setup", amount: "19.99" } } },
    CreateCharges: {
      input: {
        charges: [
          { ...whom, description: "Setup", amount: "19.99" },
          { customerId: otherCustomer, name: "Setup", amount: "29.00" },
        ],
        onFailure: "KEEP",
      },
    },
    CreateCredit: { input: { credit: { ...whom, description: "Goodwill", amount: "5.00" } } },
    CreateCredits: { input: { credits: [{ ...whom, description: "Goodwill", amount: "5.00" }] } },
    UpdateCharge: { input: { id: charge, name: "Setup, second line" } },
    VoidCharge: { input: { id: ids.voidableCharge } },
    ExecuteCharge: { input: { id: charge } },
    Customers: { first: 20, filter: { search: "bakery" } },
    Customer: { id: customer, first: 10 },
    CustomerProfile: { id: customer },
    CustomerCharges: { id: customer, first: 20, filter: { from: "2026-01-01", to: "2026-12-31" } },
    CustomerRecord: { id: customer },
    CustomersById: { ids: [customer, otherCustomer] },
    CustomerContacts: { ids: [customer, otherCustomer] },
    CreateCustomer: {
      input: { backends: ["suite", "offices"], name: "Corner Bakery", email: "owner@bakery.example", reference: "C-4711" },
    },
    UpdateCustomer: { input: { id: customer, email: "billing@bakery.example" } },
    ArchiveCustomer: { input: { id: ids.leavingCustomer } },
    RestoreCustomer: { input: { id: ids.archivedCustomer } },
    Operations: { first: 20, filter: { status: ["UNKNOWN", "FAILED"] } },
    OpenOperations: { failedSince: "2026-01-01T00:00:00Z" },
    Operation: { id: operation },
    OperationResults: { id: operation },
    Nodes: { ids: [customer, charge] },
    ReconcileOperation: { input: { id: ids.unknownOperation } },
    ResolveOperation: {
      input: { operationId: ids.unknownOperation, step: 0, happened: false, reason: "The backend's list has no such charge." },
    },
    OperationUpdated: { id: operation },
    ChargeRunUpdated: { id: ids.readyRun },
    ChargeRuns: { first: 20, filter: { series: "Copier" } },
    ChargeRun: { id: ids.readyRun },
    ChargeRunRows: { id: ids.troubledRun, first: 100, filter: { state: ["NEEDS_ATTENTION"] } },
    ChargeRunUndo: { id: ids.doneRun },
    CorrectChargeRunRow: {
      input: {
        id: ids.troubledRun,
        key: "copies",
        row: { customerId: customer, name: "Copies 2026-11", amount: "18.40", date: "2026-11-30" },
      },
    },
    SkipChargeRunRows: { input: { id: ids.troubledRun, keys: ["copies"], reason: "The customer has moved away." } },
    AllowChargeRunDuplicates: { input: { id: ids.troubledRun, keys: ["copies"] } },
    CheckChargeRun: { input: { id: ids.troubledRun } },
    ExecuteChargeRun: { input: { id: ids.readyRun, planHash: ids.plan } },
    ApproveChargeRun: { input: { id: ids.awaitingRun, planHash: ids.awaitingPlan } },
    RefuseChargeRun: { input: { id: ids.awaitingRun, planHash: ids.awaitingPlan, reason: "The copier was counted twice." } },
    PauseChargeRun: { input: { id: ids.runningRun } },
    ResumeChargeRun: { input: { id: ids.pausedRun } },
    CancelChargeRun: { input: { id: ids.readyRun } },
    UndoChargeRun: { input: { id: ids.doneRun, planHash: ids.undoPlan } },
    Find: { text: "bakery", first: 5 },
    KnownCustomer: { id: customer },
    Search: { text: "bakery", types: ["CUSTOMER"], first: 20 },
    CustomerChanged: { backends: ["pbx"] },
    LinkSuggestions: { first: 20 },
    LinkWarnings: { customerIds: [customer] },
    DeclineLink: { input: { customerIds: [customer, ids.leavingCustomer] } },
    Taxes: { first: 20, backends: ["pbx"] },
    TaxLiabilities: { customerId: otherCustomer, backends: ["pbx"], first: 20 },
    Tax: { id: tax },
    CreateTax: { input: { backends: ["pbx"], name: "City tax", rate: "2.5" } },
    UpdateTax: { input: { id: tax, name: "City tax, renamed" } },
    ArchiveTax: { input: { id: ids.oldTax } },
    SetTaxLiability: { input: { taxId: tax, customerId: otherCustomer, liable: true } },
    Viewer: {},
  };
}
