import { Agent, request } from "undici";

export interface Customer {
  readonly backend: string;
  readonly id: string;
  readonly name: string;
  readonly reference: string | null;
  readonly email: string | null;
  readonly currency: string;
}

export interface Charge {
  readonly backend: string;
  readonly id: string;
  readonly customerId: string;
  readonly name: string;
  readonly date: string | null;
  readonly amount: { readonly amount: string; readonly currency: string } | null;
}

export interface Tax {
  readonly backend: string;
  readonly id: string;
  readonly name: string;
}

/** One backend. What it does not have is empty. */
export interface Client {
  readonly key: string;
  /** In any order. */
  readonly customers: (ids: readonly string[]) => Promise<readonly Customer[]>;
  /** All, or, where the backend can search, those with this text in their name. */
  readonly list: (search: string) => Promise<readonly Customer[]>;
  readonly chargesOf: (customerId: string) => Promise<readonly Charge[]>;
  readonly taxesOf: (customerId: string) => Promise<readonly Tax[]>;
}

// No cap on the calls in flight: nobody asked for one.
const dispatcher = new Agent();

interface Call {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default: JSON.parse. */
  readonly parse?: (json: string) => unknown;
}

export async function call<Answer>(
  url: string,
  { method = "GET", headers = {}, body, parse = JSON.parse }: Call = {},
): Promise<Answer> {
  const response = await request(url, {
    dispatcher,
    method,
    headers: { accept: "application/json", ...headers },
    body: body ?? null,
  });
  if (response.statusCode >= 300) throw new Error(`${url} answered ${response.statusCode}`);
  return parse(await response.body.text()) as Answer;
}
