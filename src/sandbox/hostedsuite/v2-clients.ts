import type { Printable } from "./jsv.ts";
import { given } from "./members.ts";
import { addressOf, customFieldsOf, linksOf } from "./parts.ts";
import { type Client, type ClientFields, callAllowanceTypes } from "./records.ts";
import {
  filterText,
  matchesName,
  type Operation,
  printDate,
  requiredClient,
  requiredText,
  updatedList,
  type V2Call,
} from "./v2-call.ts";

/** POST /clients, contract 4.2. With ClientId there is at most one result, which may be archived. */
export const listClients: Operation = (call) => {
  const accepts = clientFilter(call);
  return call.store.clients
    .listed()
    .filter(accepts)
    .map((client) => printClient(call, client));
};

function clientFilter(call: V2Call): (client: Client) => boolean {
  const { members, options } = call;
  const id = filterText(call, "ClientId");
  const name = filterText(call, "Name");
  const centerId = filterText(call, "CenterId");
  const account = filterText(call, "ThirdPartyAccountId");
  const screenPop = filterText(call, "ScreenPop");
  const categories = members.texts("CategoryIds") ?? [];
  const customFields = [...(members.dictionary("CustomFieldsFilter") ?? [])];
  const shown = (client: Client): boolean =>
    client.dateArchived === null || options.archivedClients === "listed" || (options.archivedClients === "byId" && id !== null);
  return (client) =>
    shown(client) &&
    (id === null || client.id === id) &&
    matchesName(call, client.name, name) &&
    (centerId === null || client.centerId === centerId) &&
    (account === null || client.thirdPartyAccountId === account) &&
    (screenPop === null || client.screenPops?.includes(screenPop) === true) &&
    categories.every((category) => client.categoryIds?.includes(category) === true) &&
    customFields.every(
      ([field, value]) => client.customFields?.some((own) => own.name === field && own.value === value) === true,
    );
}

/**
 * POST /clients/names, contract 4.3. Which members are filled is not stated; a consumer reads these four, sometimes two of
 * them.
 */
export const listClientNames: Operation = (call) => {
  const centerId = filterText(call, "CenterId");
  const shown = call.store.clients
    .listed()
    .filter(
      (client) =>
        (client.dateArchived === null || call.options.archivedClients === "listed") &&
        (centerId === null || client.centerId === centerId),
    );
  if (call.options.clientNames === "full") return shown.map((client) => printClient(call, client));
  return shown.map(({ id, name, customFields, thirdPartyAccountId }) => ({
    id,
    name,
    customFields: printCustomFields(customFields),
    thirdPartyAccountId: thirdPartyAccountId === "" ? null : thirdPartyAccountId,
  }));
};

/** POST /clients/save, contract 4.4. */
export const saveClient: Operation = (call) => {
  const { members, store, account } = call;
  const name = requiredText(call, "Name");
  const centerId = filterText(call, "CenterId") ?? [...store.centers.all.keys()][0] ?? "";
  const categoryId = filterText(call, "CategoryId");
  checkReferences(call, centerId, filterText(call, "ContractId"));
  const fields: ClientFields = {
    name,
    centerId,
    contractId: filterText(call, "ContractId"),
    referenceId: null,
    thirdPartyAccountId: members.text("ThirdPartyAccountId"),
    location: members.text("Location"),
    greeting: members.text("Greeting"),
    callInstructions: members.text("CallInstructions"),
    popupInformation: members.text("PopupInformation"),
    information: members.text("Information"),
    faxNumber: members.text("FaxNumber"),
    webSiteUrl: members.text("WebSiteUrl"),
    address: addressOf(members, "Address"),
    customFields: customFieldsOf(members),
    links: linksOf(members, store.nextId),
    screenPops: members.texts("ScreenPops"),
    categoryIds: members.texts("CategoryIds") ?? (categoryId === null ? null : [categoryId]),
    industryId: filterText(call, "IndustryId"),
    callAllowanceType: members.choice("CallAllowanceType", callAllowanceTypes) ?? "NotBillable",
    callAllowanceAmount: members.double("CallAllowanceAmount") ?? 0,
    billingEmailAddresses: null,
    phoneNumbers: null,
    billingCodes: null,
  };
  return printClient(call, store.clients.add(fields, account.user));
};

/** The members that v2 can change; the others are v3's. */
type UpdatableFields = Omit<ClientFields, "referenceId" | "billingEmailAddresses" | "phoneNumbers" | "billingCodes">;

/** POST /clients/update, contract 4.5: the new name and center carry the prefix New; null leaves a member unchanged. */
export const updateClient: Operation = (call) => {
  const { members, store, account } = call;
  const client = requiredClient(call);
  checkReferences(call, filterText(call, "NewCenterId"), filterText(call, "ContractId"));
  const fields = given<UpdatableFields>({
    name: filterText(call, "NewName"),
    centerId: filterText(call, "NewCenterId"),
    contractId: filterText(call, "ContractId"),
    thirdPartyAccountId: members.text("ThirdPartyAccountId"),
    location: members.text("Location"),
    greeting: members.text("Greeting"),
    callInstructions: members.text("CallInstructions"),
    popupInformation: members.text("PopupInformation"),
    information: members.text("Information"),
    faxNumber: members.text("FaxNumber"),
    webSiteUrl: members.text("WebSiteUrl"),
    address: addressOf(members, "Address"),
    customFields: updatedList(call, client.customFields, customFieldsOf(members)),
    links: updatedList(call, client.links, linksOf(members, store.nextId)),
    screenPops: updatedList(call, client.screenPops, members.texts("ScreenPops")),
    categoryIds: updatedList(call, client.categoryIds, members.texts("CategoryIds")),
    industryId: filterText(call, "IndustryId"),
    callAllowanceType: members.choice("CallAllowanceType", callAllowanceTypes),
    callAllowanceAmount: members.double("CallAllowanceAmount"),
  });
  // Clearing with an empty string is documented for this member only (contract 4.5).
  const cleared = members.text("IndustryId") === "" ? { industryId: null } : {};
  return printClient(call, store.clients.change(client, { ...fields, ...cleared }, account.user));
};

/** POST /clients/archive, contract 4.6: by id, or by name. */
export const archiveClient: Operation = (call) => {
  const name = filterText(call, "ClientName")?.toLowerCase() ?? null;
  const byName = name !== null && filterText(call, "ClientId") === null;
  const client = byName
    ? [...call.store.clients.all.values()].find((candidate) => candidate.name.toLowerCase() === name)
    : requiredClient(call);
  if (client === undefined) throw call.refuse.notFound("Client");
  call.store.clients.archive(client, call.account.user);
  return {};
};

/** POST /clients/restore, contract 4.6. */
export const restoreClient: Operation = (call) => {
  call.store.clients.restore(requiredClient(call), call.account.user);
  return {};
};

/** POST /clients/delete, contract 4.6: irreversible. It removes all records of the client. */
export const deleteClient: Operation = (call) => {
  const { store } = call;
  const { id } = requiredClient(call);
  for (const contact of store.contacts.all.values()) if (contact.clientId === id) store.contacts.remove(contact.id);
  for (const charge of store.charges.all.values()) if (charge.clientId === id) store.charges.remove(charge.id);
  store.clients.remove(id);
  return {};
};

function checkReferences({ store, refuse }: V2Call, centerId: string | null, contractId: string | null): void {
  if (centerId !== null && !store.centers.all.has(centerId)) throw refuse.notFound("Center");
  if (contractId !== null && !store.contracts.all.has(contractId)) throw refuse.notFound("Contract");
}

/**
 * ClientInfo, contract 6.2: without the write-only members (contract, categories, web site), e-mail, phone and creation date.
 */
function printClient(call: V2Call, client: Client): Printable {
  const { store, options } = call;
  return {
    id: client.id,
    dateLastModified: printDate(call, client.dateLastModified),
    name: client.name,
    centerId: client.centerId,
    centerName: store.centers.all.get(client.centerId)?.name,
    screenPops: client.screenPops,
    greeting: client.greeting,
    callInstructions: client.callInstructions,
    popupInformation: client.popupInformation,
    information: client.information,
    faxNumber: client.faxNumber,
    customFields: printCustomFields(client.customFields),
    address: client.address === null ? null : { ...client.address },
    thirdPartyAccountId: client.thirdPartyAccountId,
    callAllowanceType: client.callAllowanceType,
    callAllowanceAmount: client.callAllowanceAmount,
    links: client.links?.map((link) => ({ ...link })),
    industryId: client.industryId,
    industryName: store.industries.get(client.industryId ?? ""),
    location: client.location,
    entityStatus: client.dateArchived === null ? options.entityStatus : "Archived",
  };
}

function printCustomFields(fields: Client["customFields"]): Printable {
  return fields?.map((field) => ({ ...field }));
}
