import { createMembers, given, type Members } from "./members.ts";
import { addressOf, billingEmailAddressesOf, customFieldsOf, linksOf, phoneNumbersOf } from "./parts.ts";
import { type ClientFields, callAllowanceTypes } from "./records.ts";
import {
  containsText,
  detached,
  equalsText,
  filterText,
  type PrintableObject,
  referenceOf,
  requiredText,
  type V3Call,
} from "./v3-call.ts";
import { createResource } from "./v3-resource.ts";

/** /clients, contract 7.6 and 7.7. */
export const clients = createResource<ClientFields>({
  route: "clients",
  kind: "Client",
  collection: ({ clients: collection }) => collection,
  displayName: (_call, { name }) => name,
  print: printClient,
  searched: (_call, { name, referenceId, thirdPartyAccountId }) => [name, referenceId, thirdPartyAccountId],

  filter: (call) => {
    const [name, email] = [filterText(call, "name"), filterText(call, "billingEmailAddress")?.toLowerCase() ?? null];
    const [centerId, contractId] = [filterText(call, "centerId"), filterText(call, "contractId")];
    const referenceId = filterText(call, "referenceId");
    const categories = call.members.texts("categoryIds") ?? [];
    return (client) =>
      containsText(client.name, name) &&
      (email === null || client.billingEmailAddresses?.some(({ address }) => address.toLowerCase() === email) === true) &&
      equalsText(client.centerId, centerId) &&
      equalsText(client.contractId, contractId) &&
      equalsText(client.referenceId, referenceId) &&
      categories.every((category) => client.categoryIds?.includes(category) === true);
  },

  create: (call) => ({
    ...emptyClient,
    ...sentFields(call),
    name: requiredText(call, "name"),
    centerId: referenceOf(call, "centerId", call.store.centers.all, "Center") ?? [...call.store.centers.all.keys()][0] ?? "",
  }),

  patch: (call) => {
    for (const name of ["name", "centerId"]) if (call.members.text(name) === "") throw call.refuse.missing(name);
    return { ...sentFields(call), ...detached(call, "contractId", "industryId") };
  },
});

/** POST /clients/{id}/assign-to-center, contract 7.6. */
export function assignToCenter(call: V3Call, id: string): PrintableObject {
  const centerId = requiredText(call, "centerId");
  return clients.patch({ ...call, members: createMembers([["centerId", centerId]]) }, id);
}

const emptyClient: Omit<ClientFields, "name" | "centerId"> = {
  contractId: null,
  referenceId: null,
  thirdPartyAccountId: null,
  location: null,
  greeting: null,
  callInstructions: null,
  popupInformation: null,
  information: null,
  faxNumber: null,
  webSiteUrl: null,
  address: null,
  customFields: null,
  links: null,
  screenPops: null,
  categoryIds: null,
  industryId: null,
  callAllowanceType: "NotBillable",
  callAllowanceAmount: 0,
  billingEmailAddresses: null,
  phoneNumbers: null,
  billingCodes: null,
};

function sentFields(call: V3Call): Partial<ClientFields> {
  const { members, store } = call;
  const allowance = members.object("callAllowance");
  return given<ClientFields>({
    name: filterText(call, "name"),
    centerId: referenceOf(call, "centerId", store.centers.all, "Center"),
    contractId: referenceOf(call, "contractId", store.contracts.all, "Contract"),
    referenceId: members.text("referenceId"),
    thirdPartyAccountId: members.object("thirdPartyInfo")?.text("thirdPartyAccountId") ?? null,
    location: members.text("location"),
    greeting: members.text("greeting"),
    callInstructions: members.text("callInstructions"),
    popupInformation: members.text("popupInformation"),
    information: members.text("information"),
    faxNumber: members.text("faxNumber"),
    webSiteUrl: members.text("webSiteUrl"),
    address: addressOf(members, "billingAddress"),
    customFields: customFieldsOf(members),
    links: linksOf(members, store.nextId),
    screenPops: members.objects("screenPops")?.flatMap((screenPop) => screenPop.text("number") ?? []) ?? null,
    categoryIds: members.texts("categoriesIds"),
    industryId: referenceOf(call, "industryId", store.industries, "Industry"),
    callAllowanceType: allowance?.choice("type", callAllowanceTypes) ?? null,
    callAllowanceAmount: allowance?.double("amount") ?? null,
    billingEmailAddresses: billingEmailAddressesOf(members),
    phoneNumbers: phoneNumbersOf(members, store.nextId),
    billingCodes: members.objects("billingCodes")?.map(billingCodeOf) ?? null,
  });
}

function billingCodeOf(members: Members): { readonly name: string | null; readonly code: string | null } {
  return { name: members.text("name"), code: members.text("code") };
}

function printClient({ store }: V3Call, client: ClientFields): PrintableObject {
  const account = client.thirdPartyAccountId;
  return {
    name: client.name,
    centerId: client.centerId,
    centerName: store.centers.all.get(client.centerId)?.name,
    contractId: client.contractId,
    contractName: store.contracts.all.get(client.contractId ?? "")?.name,
    referenceId: client.referenceId,
    location: client.location,
    greeting: client.greeting,
    callInstructions: client.callInstructions,
    popupInformation: client.popupInformation,
    information: client.information,
    faxNumber: client.faxNumber,
    webSiteUrl: client.webSiteUrl,
    billingAddress: client.address === null ? null : { ...client.address },
    billingEmailAddresses: client.billingEmailAddresses?.map((email) => ({ ...email })),
    billingCodes: client.billingCodes?.map((code) => ({ ...code })),
    phoneNumbers: client.phoneNumbers?.map((phone) => ({ ...phone })),
    customFields: client.customFields?.map((field) => ({ ...field })),
    categoriesIds: client.categoryIds,
    industryId: client.industryId,
    industryName: store.industries.get(client.industryId ?? ""),
    thirdPartyInfo: account === null ? null : { thirdPartyAccountId: account },
    callAllowance: { type: client.callAllowanceType, amount: client.callAllowanceAmount },
    links: client.links?.map((link) => ({ ...link })),
    screenPops: client.screenPops?.map((number) => ({ number })),
  };
}
