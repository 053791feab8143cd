import type { Operation } from "./v2-call.ts";
import { createCharge, listAllCharges, listCharges } from "./v2-charges.ts";
import {
  archiveClient,
  deleteClient,
  listClientNames,
  listClients,
  restoreClient,
  saveClient,
  updateClient,
} from "./v2-clients.ts";
import {
  archiveContact,
  createContact,
  deleteContact,
  listContacts,
  listMyContacts,
  restoreContact,
  updateContact,
} from "./v2-contacts.ts";
import { authenticate, listCallAllowanceBalances, listCenters, listServices, saveCenter, updateCenter } from "./v2-settings.ts";

export interface Route {
  /** Below /api/. */
  readonly path: string;
  /** The request DTO, by which /api/json/reply/ reaches the same operation. */
  readonly dto: string;
  readonly access: "read" | "write";
  readonly anyVerb: boolean;
  readonly run: Operation;
}

const read = (path: string, dto: string, run: Operation): Route => ({ path, dto, access: "read", anyVerb: false, run });
const write = (path: string, dto: string, run: Operation): Route => ({ path, dto, access: "write", anyVerb: false, run });

/** Contract 1.3, without operations outside of billing. DTOs that no metadata page shows are named like the others. */
export const routes: readonly Route[] = [
  read("authenticate", "AuthenticateRequest", authenticate),
  read("clients", "ListClientsRequest", listClients),
  read("clients/names", "ListClientNamesRequest", listClientNames),
  write("clients/save", "NewClientRequest", saveClient),
  write("clients/update", "UpdateClientRequest", updateClient),
  write("clients/archive", "ArchiveClientRequest", archiveClient),
  write("clients/restore", "RestoreClientRequest", restoreClient),
  write("clients/delete", "DeleteClientRequest", deleteClient),
  read("charges", "ListChargesRequest", listCharges),
  { ...read("charges/all", "ListAllChargesRequest", listAllCharges), anyVerb: true },
  write("charges/new", "NewChargeRequest", createCharge),
  read("services", "ListServicesRequest", listServices),
  read("contacts", "ListContactsRequest", listContacts),
  write("contacts/new", "NewContactRequest", createContact),
  write("contacts/update", "UpdateContactRequest", updateContact),
  write("contacts/archive", "ArchiveContactRequest", archiveContact),
  write("contacts/restore", "RestoreContactRequest", restoreContact),
  write("contacts/delete", "DeleteContactRequest", deleteContact),
  read("contacts/my-contacts", "MyContactsRequest", listMyContacts),
  read("centers", "ListCentersRequest", listCenters),
  write("centers/save", "NewCenterRequest", saveCenter),
  write("centers/update", "UpdateCenterRequest", updateCenter),
  read("call-allowance/balance", "ListCallAllowanceBalanceRequest", listCallAllowanceBalances),
];
