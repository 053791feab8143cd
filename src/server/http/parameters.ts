import type { IncomingMessage } from "node:http";
import type { GraphQLParams } from "graphql-yoga";
import { invalidRequest } from "./refusal.ts";

/**
 * The parameters of a GraphQL request, read strictly: what cannot be read is the caller's mistake and answered with 400. Yoga's
 * own readers take a malformed `variables` in an address for a failure of the server, and invalid UTF-8 for text.
 */

/** From the address; variables and extensions are JSON. Rejects with a GraphQLError of status 400. */
export async function parametersOfAddress({ url }: Request): Promise<GraphQLParams> {
  const { searchParams } = new URL(url);
  const text = (name: string): string | undefined => searchParams.get(name) || undefined;
  const json = (name: string): unknown => parseJson(text(name) ?? "null", `The parameter ${name} is not valid JSON.`);
  return checked({
    query: text("query"),
    documentId: text("documentId"),
    operationName: text("operationName"),
    variables: json("variables"),
    extensions: json("extensions"),
  });
}

/** From a body of JSON. Rejects with a GraphQLError of status 400. @param bytes rejects where the body does not arrive */
export async function parametersOfBody(bytes: Promise<ArrayBuffer | Uint8Array>): Promise<GraphQLParams> {
  return checked(parseJson(decodeUtf8(await bytes), "The body is not valid JSON."));
}

function decodeUtf8(bytes: ArrayBuffer | Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalidRequest("The body is not valid UTF-8.");
  }
}

function parseJson(text: string, problem: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold what a log must not.
    throw invalidRequest(problem);
  }
}

function checked(value: unknown): GraphQLParams {
  if (Array.isArray(value)) throw invalidRequest("A request holds one operation: batches are not taken.");
  if (typeof value !== "object" || value === null) throw invalidRequest("The body must be a JSON object.");
  const { query, documentId, operationName, variables, extensions } = value as SentParameters;
  if (!isAbsent(query) && typeof query !== "string") throw invalidRequest("The parameter query must be a string.");
  if (!isAbsent(operationName) && typeof operationName !== "string") {
    throw invalidRequest("The parameter operationName must be a string.");
  }
  if (!isMap(variables)) throw invalidRequest("The parameter variables must be an object.");
  if (!isMap(extensions)) throw invalidRequest("The parameter extensions must be an object.");
  // A trusted document is named instead of sent (limits/trusted-documents.ts).
  if (isAbsent(query ?? documentId ?? extensions?.["persistedQuery"])) throw invalidRequest("The parameter query is missing.");
  // Some clients send an empty name where there is none.
  return (operationName === "" ? { ...value, operationName: undefined } : value) as GraphQLParams;
}

/** What a body may hold; nothing is known of the values yet. */
type SentParameters = Readonly<Record<"query" | "documentId" | "operationName" | "variables" | "extensions", unknown>>;

function isMap(value: unknown): value is Readonly<Record<string, unknown>> | null | undefined {
  return isAbsent(value) || (typeof value === "object" && !Array.isArray(value));
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/**
 * The body of a request. One that announces its length has been refused by now where that is too long (listen.ts); one that comes in
 * chunks is read as far as it may be long. Rejects with a GraphQLError of status 400 or 413.
 * @param incoming node's own request; undefined for those that are made in this process
 */
export async function readBody(
  request: Request,
  incoming: IncomingMessage | undefined,
  maxBodyBytes: number,
): Promise<ArrayBuffer | Uint8Array> {
  if (incoming?.headers["transfer-encoding"] !== undefined) return readChunks(incoming, maxBodyBytes);
  return request.arrayBuffer().catch(() => {
    throw incomplete();
  });
}

/** Not by iterating: to leave off then would end the connection before it is told why. */
function readChunks(incoming: IncomingMessage, maxBodyBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const add = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= maxBodyBytes) return void chunks.push(chunk);
      incoming.off("data", add).pause();
      chunks.length = 0;
      reject(tooLong(maxBodyBytes));
    };
    incoming.on("data", add);
    incoming.once("end", () => resolve(Buffer.concat(chunks)));
    const fail = (): void => reject(incomplete());
    incoming.once("error", fail).once("close", fail);
  });
}

/**
 * To be called when a request whose body comes in chunks is answered: what is left of it is dropped, so that its sender gets to read
 * the answer, but no more of it than a body may be long.
 */
export function dropRest(incoming: IncomingMessage, maxBodyBytes: number): void {
  if (incoming.complete) return;
  const { socket } = incoming;
  const most = socket.bytesRead + maxBodyBytes;
  incoming.on("data", () => {
    if (socket.bytesRead > most) socket.destroy();
  });
  incoming.resume();
}

function incomplete() {
  return invalidRequest("The body did not arrive completely.");
}

export function tooLongMessage(maxBodyBytes: number): string {
  return `A request body may have at most ${maxBodyBytes} bytes.`;
}

function tooLong(maxBodyBytes: number) {
  return invalidRequest(tooLongMessage(maxBodyBytes), 413);
}
