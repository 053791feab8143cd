import { GraphQLError } from "graphql";

/**
 * INVALID_INPUT before execution. `http.spec` gives it the status of a validation error: 400, or 200 for clients that accept
 * application/json only (GraphQL over HTTP, 6.4).
 * @param message a sentence that names the limit, what was asked for, and what to do
 */
export function refusal(message: string, code = "INVALID_INPUT"): GraphQLError {
  return new GraphQLError(message, { extensions: { code, retryable: false, http: { spec: true, status: 400 } } });
}

/** Errors that validation lists before it gives up, and says so; graphql's default is 100. */
export const maximumErrors = 10;

/** Characters; enough for every message of ours and of graphql's that repeats names of usual length. */
const maximumMessage = 400;

/**
 * How messages of graphql 17 go on to print a value of the request: its rules for literals, its scalars and enums, and its parser.
 * What it says of variables is never asked for (execution/variables.ts).
 */
const echoes = [
  /[,;] found: /,
  /(?<= cannot represent (?:a )?[\w -]{0,40}): /,
  /(?<=^Syntax Error: (?:Unexpected|Expected .{1,100}, found) (?:String|BlockString|Int|Float)) "/s,
];

/**
 * Bounds the errors of a request that was not executed: of a list of wrong values, each is one. What graphql finds wrong is told
 * without the values that were sent; names stay, and are cut off where they are long, whether the request was executed or not.
 */
export function withoutEcho(errors: readonly GraphQLError[], wasExecuted: boolean): readonly GraphQLError[] {
  const kept = wasExecuted ? errors : errors.slice(0, maximumErrors + 1);
  for (const error of kept) {
    // Errors of the gateway's own have a cause.
    if (!error.originalError || error.originalError instanceof GraphQLError) error.message = withoutValue(error.message);
    if (error.message.length > maximumMessage) error.message = `${error.message.slice(0, maximumMessage)}…`;
  }
  return kept;
}

function withoutValue(message: string): string {
  const before = message.indexOf('Value "');
  const after = message.lastIndexOf('" does not exist in "');
  if (before !== -1 && after > before) return `${message.slice(0, before)}The value${message.slice(after + 1)}`;
  // A value stands behind these words: where they come late, it is cut off with all that is late.
  const beginning = message.slice(0, maximumMessage);
  const echo = echoes.map((each) => beginning.search(each)).find((index) => index !== -1);
  return echo === undefined ? message : `${message.slice(0, echo)}.`;
}
