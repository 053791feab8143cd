/** An error that a service returns on purpose, in terms of ServiceStack's error envelope (contract 3.1). */
export class Refusal extends Error {
  readonly status: number;
  readonly errorCode: string;
  /** Members at fault. */
  readonly fields: readonly string[];
  /** Whether an id in the request is unknown. */
  readonly isUnknownId: boolean;

  constructor(status: number, errorCode: string, message: string, fields: readonly string[] = [], isUnknownId = false) {
    super(message);
    this.isUnknownId = isUnknownId;
    this.status = status;
    this.errorCode = errorCode;
    this.fields = fields;
  }
}

/** Points that the sources leave open, or that differ between tenants (contract 3.2, 11). */
export interface ErrorHabits {
  readonly badCredentials: "401" | "500";
  /** The ErrorCode of bad credentials if they are answered with 500. */
  readonly badCredentialsCode: string;
  readonly missingMember: "400" | "500";
  readonly unparseableDate: "400" | "500";
  readonly unknownId: "404" | "500";
}

export interface Refusals {
  readonly badCredentials: () => Refusal;
  readonly forbidden: () => Refusal;
  readonly missing: (member: string) => Refusal;
  readonly unparseableDate: (member: string) => Refusal;
  /** `kind` is the vendor's word: "Client". */
  readonly notFound: (kind: string) => Refusal;
  readonly quantityRequired: () => Refusal;
  readonly pageTooLarge: () => Refusal;
}

export function createRefusals(habits: ErrorHabits): Refusals {
  return {
    badCredentials: () =>
      habits.badCredentials === "401"
        ? new Refusal(401, "Unauthorized", "Invalid UserName or Password")
        : new Refusal(500, habits.badCredentialsCode, "Invalid UserName or Password"),
    // Error code containing "forbidden", or 403 (contract 3.2, CLI heuristics): both.
    forbidden: () => new Refusal(403, "Forbidden", "You do not have the permission to do this"),
    missing: (member) =>
      habits.missingMember === "400"
        ? new Refusal(400, "ArgumentNullException", `Value cannot be null. Parameter name: ${member}`, [member])
        : new Refusal(500, "Exception", `${member} is required`),
    unparseableDate: (member) =>
      habits.unparseableDate === "400"
        ? new Refusal(400, "FormatException", "String was not recognized as a valid DateTime.", [member])
        : new Refusal(500, "Exception", "String was not recognized as a valid DateTime."),
    notFound: (kind) =>
      habits.unknownId === "404"
        ? new Refusal(404, "NotFound", `${kind} not found`, [], true)
        : new Refusal(500, "Exception", `${kind} not found`, [], true),
    // The exact text seen on v3 (contract 3.2).
    pageTooLarge: () => new Refusal(400, "ArgumentOutOfRangeException", "CountPerPage is too large", ["CountPerPage"]),
    quantityRequired: () => new Refusal(500, "Exception", "Quantity is required"),
  };
}

/** Malformed JSON (contract 2.5). */
export function malformedBody(): Refusal {
  return new Refusal(400, "SerializationException", "Unable to bind request: the body is not valid JSON");
}
