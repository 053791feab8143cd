/** Labels of the mutations. The journal holds no others. */
export const mutationLabels: Readonly<Record<string, string>> = {
  createCharge: "Create a charge",
  createCharges: "Create charges",
  createCredit: "Give a credit",
  createCredits: "Give credits",
  updateCharge: "Update a charge",
  voidCharge: "Void a charge",
  executeCharge: "Execute a charge",
  createCustomer: "Create a customer",
  updateCustomer: "Update a customer",
  archiveCustomer: "Archive a customer",
  restoreCustomer: "Restore a customer",
  createTax: "Create a tax",
  updateTax: "Update a tax",
  archiveTax: "Archive a tax",
  setTaxLiability: "Set who is liable for a tax",
  linkCustomers: "Link customers",
  unlinkCustomers: "Unlink customers",
  alignCustomers: "Align customers",
  declineLink: "Decline a suggestion",
};

export const mutationLabel = (name: string): string => mutationLabels[name] ?? name;
