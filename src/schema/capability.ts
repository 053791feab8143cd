import type { Capability as Ability } from "../model/model.ts";
import { describedEnum } from "./described-enum.ts";

const abilities: Record<Ability, string> = {
  CUSTOMER_READ: "Customers can be read.",
  CUSTOMER_CREATE: "Customers can be created.",
  CUSTOMER_UPDATE: "Customers can be changed.",
  CUSTOMER_ARCHIVE: "Customers can be archived.",
  CUSTOMER_RESTORE: "Archived customers can be restored.",
  CHARGE_READ: "Charges can be read.",
  CHARGE_CREATE: "Charges can be created.",
  CHARGE_UPDATE: "Charges can be changed.",
  CHARGE_VOID: "Charges can be voided: the backend reverses, deletes or archives them.",
  CHARGE_EXECUTE: "Defined charges can be executed at once.",
  CREDIT_CREATE: "Credits can be created, with createCredit.",
  TAX_READ: "Taxes can be read.",
  TAX_CREATE: "Taxes can be created.",
  TAX_UPDATE: "Taxes can be changed.",
  TAX_ARCHIVE: "Taxes can be archived.",
  TAX_LIABILITY: "Liability for a tax can be read and set, for single customers and charges.",
  SERVICE_READ: "The catalogue of services can be read. Charges refer to a service.",
  PLAN_READ: "The catalogue of plans can be read.",
  VALIDATE_ONLY: "The backend has a dry run of its own; validateOnly uses it.",
};

export const Capability = describedEnum(
  "Capability",
  "What a backend can do. User interfaces enable their buttons by it.",
  abilities,
);
