import type { IncomingMessage, ServerResponse } from "node:http";
import type { GraphQLParams } from "graphql-yoga";
import { linger } from "./connections.ts";
import { invalidRequest } from "./responses.ts";

/**
 * Reads the parameters of a GraphQL request strictly: what cannot be read is the caller's mistake and gets a 400. Yoga's own readers
 * treat malformed `variables` in an address as a failure of the server, and accept invalid UTF-8.
 */

/** Reads them from the address; variables and extensions are JSON. Rejects with a GraphQLError of status 400. */
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

/** Reads them from a JSON body. Rejects with a GraphQLError of status 400. @param bytes rejects if the body does not arrive */
export async function parametersOfBody(bytes: Promise<ArrayBuffer | Uint8Array>): Promise<GraphQLParams> {
  return checked(parseJson(decodeUtf8(await bytes), "The body is not valid JSON."));
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decodeUtf8(bytes: ArrayBuffer | Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalidRequest("The body is not valid UTF-8.");
  }
}

function parseJson(text: string, problem: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold secrets.
    throw invalidRequest(problem);
  }
}

function checked(value: unknown): GraphQLParams {
  if (Array.isArray(value)) throw invalidRequest("A request holds one operation: batches are not supported.");
  if (typeof value !== "object" || value === null) throw invalidRequest("The body must be a JSON object.");
  const { query, documentId, operationName, variables, extensions } = value as SentParameters;
  if (!isAbsent(query) && typeof query !== "string") throw invalidRequest("The parameter query must be a string.");
  if (!isAbsent(operationName) && typeof operationName !== "string") {
    throw invalidRequest("The parameter operationName must be a string.");
  }
  if (!isMap(variables)) throw invalidRequest("The parameter variables must be an object.");
  if (!isMap(extensions)) throw invalidRequest("The parameter extensions must be an object.");
  // A trusted document is named instead of sent (document/documents.ts).
  if (isAbsent(query ?? documentId ?? extensions?.["persistedQuery"])) throw invalidRequest("The parameter query is missing.");
  // Some clients send an empty name instead of none.
  return (operationName === "" ? { ...value, operationName: undefined } : value) as GraphQLParams;
}

/** The members of a body that are read. Their types are not checked yet. */
type SentParameters = Readonly<Record<"query" | "documentId" | "operationName" | "variables" | "extensions", unknown>>;

function isMap(value: unknown): value is Readonly<Record<string, unknown>> | null | undefined {
  return isAbsent(value) || (typeof value === "object" && !Array.isArray(value));
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** Reads the bodies of node's requests. */
export interface Bodies {
  /** Rejects with a GraphQLError of status 400 or 413. @param actor the name of the caller, who waits for its own bodies only */
  readonly read: (
    exchange: { readonly req: IncomingMessage; readonly res: ServerResponse },
    actor: string | null,
  ) => Promise<Uint8Array>;
}

/**
 * What the bodies of one caller may hold together in each process, in bytes, from their arrival until their answers are sent. Further
 * ones wait: otherwise one caller whose bodies never end would fill the memory, in which everybody else is served.
 */
const mostHeldBytes = 32 * 2 ** 20;

interface Holding {
  bytes: number;
  readonly waiting: { readonly length: number; readonly begin: () => void }[];
}

/**
 * Creates the reader of bodies. A body that announces too great a length was refused before (listen.ts); a chunked one is read up to the
 * limit.
 */
export function createBodies(maxBodyBytes: number): Bodies {
  const holdings = new Map<string | null, Holding>();

  return {
    read: ({ req, res }, actor) => {
      // It says that it has closed only once.
      if (res.closed) return Promise.reject(incomplete());
      const holding = holdings.get(actor) ?? { bytes: 0, waiting: [] };
      holdings.set(actor, holding);
      const { waiting } = holding;
      // The whole length from the start: bodies that have begun can end, and nobody waits for good.
      const length = Number(req.headers["content-length"] ?? maxBodyBytes);
      // A body alone may be as long as it likes, up to its own limit.
      const fits = (next: number): boolean => holding.bytes === 0 || holding.bytes + next <= mostHeldBytes;

      function letIn(): void {
        for (let [first] = waiting; first && fits(first.length); [first] = waiting) {
          waiting.shift();
          first.begin();
        }
        if (holding.bytes === 0) holdings.delete(actor);
      }
      function hold(): Promise<Uint8Array> {
        let held = 0;
        const keep = (bytes: number): void => {
          holding.bytes += bytes - held;
          held = bytes;
        };
        keep(length);
        res.once("close", () => {
          keep(0);
          letIn();
        });
        const body = readChunks(req, maxBodyBytes);
        if (req.headers["content-length"] !== undefined) return body;
        return body.then((read) => {
          // Its answer may be a stream without end. From now on it counts as what it is.
          if (held > 0) keep(read.length);
          letIn();
          return read;
        });
      }

      if (waiting.length === 0 && fits(length)) return hold();
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(incomplete());
          letIn();
        };
        const entry = {
          length,
          begin: () => {
            res.off("close", leave);
            resolve(hold());
          },
        };
        waiting.push(entry);
        res.once("close", leave);
      });
    },
  };
}

/**
 * Reads the body of node's own request up to the limit. Rejects with a GraphQLError of status 400 or 413.
 *
 * Does not iterate: leaving the loop early would close the connection before the caller gets an answer.
 */
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
    const fail = (): void => reject(incomplete());
    incoming.on("data", add).once("error", fail).once("close", fail);
    incoming.once("end", () => {
      // It closes after its end as well, and an error takes longer to make than a body to read.
      incoming.off("close", fail);
      const [first] = chunks;
      resolve(chunks.length === 1 && first ? first : Buffer.concat(chunks));
    });
  });
}

/**
 * Call this when a request with a chunked body has been answered. It drops the rest of the body, so that the sender reads the answer.
 * After `maxBodyBytes` more it ends the connection.
 */
export function dropRest(incoming: IncomingMessage, maxBodyBytes: number): void {
  if (incoming.complete) return;
  const { socket } = incoming;
  const most = socket.bytesRead + maxBodyBytes;
  incoming.on("data", () => {
    if (socket.bytesRead > most) linger(socket);
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
