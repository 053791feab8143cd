import type { KnownAnswers, KnownMembers } from "../../adapter/doctoring/diagnosis.ts";
import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import { createRedaction, isSecretName } from "../../adapter/kit/quote.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import type { Settings } from "./settings.ts";

/** The member of the unified input behind each parameter of either generation, in lower case, for errors. One table for each entity. */

export const customerFields: FieldPaths = {
  name: ["name"],
  newname: ["name"],
  firstname: ["firstName"],
  lastname: ["lastName"],
  emailaddresses: ["email"],
  billingemailaddresses: ["email"],
  phonenumbers: ["phone"],
  address: ["address"],
  billingaddress: ["address"],
  thirdpartyaccountid: ["reference"],
  thirdpartyinfo: ["reference"],
  referenceid: ["reference"],
};

export const chargeFields: FieldPaths = {
  clientid: ["customerId"],
  serviceid: ["serviceId"],
  dateofcharge: ["date"],
  quantity: ["quantity"],
  cost: ["amount"],
  notes: ["notes"],
  description: ["description"],
  memorized: ["recurrence", "interval"],
};

export const taxFields: FieldPaths = { name: ["name"], type: ["rate"], rate: ["rate"] };

export const fieldsOf = { customer: customerFields, charge: chargeFields, tax: taxFields };
export type WrittenKind = keyof typeof fieldsOf;

/**
 * A record as sent, without secret members at any depth. HostedSuite documents none on clients and charges, but tenants name custom fields as
 * they like: the value of one with a secret name is hidden.
 */
export const publishable = createRedaction(
  (name) => isSecretName(name) || (/^value$/i.test(name) && ((row) => isSecretName(customNameOf(row)))),
);

/** The name of a custom field, which is the value of its member `name`. */
function customNameOf(row: Row): string {
  const name = Object.entries(row).find(([member]) => /^name$/i.test(member))?.[1];
  return typeof name === "string" ? name : "";
}

/** The members that any source names (contract 6 and 7.7), compared ignoring case. The doctor reports all others. */

const audit =
  "_DisplayName dateCreated dateLastModified dateArchived archivedById archivedByName dateDeleted deletedById deletedByName createdById " +
  "createdByName lastModifiedById lastModifiedByName";

const members = (known: string, needed: string, wanted: string): KnownMembers => ({
  known: known.split(" "),
  needed: needed.split(" "),
  wanted: wanted.split(" "),
});

export const v2Members = {
  clients: members(
    "Id DateLastModified Name CenterId CenterName ScreenPops Greeting CallInstructions PopupInformation Information FaxNumber CustomFields " +
      "Address ThirdPartyAccountId CallAllowanceType CallAllowanceAmount Links IndustryId IndustryName Location EntityStatus",
    "Id Name",
    "ThirdPartyAccountId Address DateLastModified",
  ),
  charges: members(
    "EntityStatus Id ClientId ClientName DateCreated DateOfCharge DateLastModified Service ServiceId Quantity Cost Description Notes Memorized " +
      "BillingCode",
    "Id ClientId DateOfCharge DateCreated",
    "Cost Quantity Service ServiceId Memorized",
  ),
  services: members(
    "Id DateLastModified Name CenterId CenterName Description Code ParentServiceId ParentServiceName EntityStatus",
    "Id Name",
    "Name",
  ),
};

export const v3Members = {
  clients: members(
    `id name centerId centerName contractId contractName referenceId location information greeting callInstructions popupInformation faxNumber webSiteUrl billingAddress billingEmailAddresses billingCodes phoneNumbers customFields categoriesIds categoriesNames industryId industryName thirdPartyInfo callAllowance ratePlan links screenPops logoId ${audit}`,
    "id name",
    "billingEmailAddresses billingAddress phoneNumbers dateCreated",
  ),
  charges: members(
    `id dateOfCharge serviceId serviceName clientId clientName contactId contactName quantity cost notes description memorized centerId centerName ${audit}`,
    "id dateOfCharge clientId dateCreated",
    "cost quantity serviceId serviceName",
  ),
  services: members(
    `id name centerId centerName description code taxId taxName parentServiceId parentServiceName metaServiceId metaServiceName relatedServicesIds relatedServicesNames categoriesIds categoriesNames specialType quantityAvailable obscureChargeDescription thirdPartyInfo ${audit}`,
    "id name",
    "name",
  ),
  taxes: members(`id name type rate ${audit}`, "id name", "type rate"),
};

export const knownAnswers = ({ generation }: Settings): KnownAnswers =>
  generation === "v2"
    ? {
        within: null,
        members: {
          "POST /clients": v2Members.clients,
          "POST /charges/all": v2Members.charges,
          "POST /charges": v2Members.charges,
          "POST /services": v2Members.services,
        },
      }
    : {
        within: "items",
        members: {
          "GET /clients": v3Members.clients,
          "GET /charges": v3Members.charges,
          "GET /services": v3Members.services,
          "GET /taxes": v3Members.taxes,
        },
      };
