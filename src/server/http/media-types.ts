/** Media types as requests name them (RFC 9110, 8.3.1 and 12.5.1). Pure. */

/** The media types of an Accept header, lower-case, in its order, without those that it weighs with 0. None given: anything. */
export function acceptedTypes(accept: string | null): readonly string[] {
  const types = (accept ?? "").toLowerCase().split(",").map(split);
  const wanted = types.filter(({ type, parameters }) => type !== "" && !parameters.some((each) => /^q=0(\.0*)?$/.test(each)));
  return (accept ?? "").trim() === "" ? ["*/*"] : wanted.map(({ type }) => type);
}

const servedTypes = ["application/graphql-response+json", "application/json", "text/event-stream", "multipart/mixed"];

/** True for the types of answers over GraphQL: JSON, and streams of it. */
export function isServed(type: string): boolean {
  return servedTypes.some((served) => type === served || type === "*/*" || type === served.replace(/\/.*/, "/*"));
}

/** True for the two names that GraphQL over HTTP gives to a JSON answer. */
export function namesJson(type: string): boolean {
  return type === "application/json" || type === "application/graphql-response+json";
}

/** True for a browser that opens a page: it wants text/html, and JSON later or not at all. */
export function wantsPage(accept: string | null): boolean {
  return acceptedTypes(accept).find((type) => type === "text/html" || namesJson(type)) === "text/html";
}

/** True for a body of JSON in UTF-8, the only encoding that JSON has between systems (RFC 8259, 8.1); some call it utf8. */
export function isJson(contentType: string | null): boolean {
  const { type, parameters } = split((contentType ?? "").toLowerCase());
  const charset = parameters.find((each) => each.startsWith("charset="));
  return type === "application/json" && (charset === undefined || /^charset="?utf-?8"?$/.test(charset));
}

function split(text: string): { readonly type: string; readonly parameters: readonly string[] } {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim());
  return { type, parameters };
}
