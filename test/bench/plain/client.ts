import { Agent, request } from "undici";

export interface Money {
  readonly amount: string;
  readonly currency: string;
}

export interface Customer {
  readonly backend: string;
  readonly id: string;
  readonly name: string;
  readonly reference: string | null;
  /** Undefined where the backend keeps it apart: see `emails`. */
  readonly email: string | null | undefined;
  readonly currency: string;
  readonly amountDue: Money | null;
}

export interface Charge {
  readonly backend: string;
  readonly id: string;
  readonly customerId: string;
  readonly name: string;
  readonly date: string | null;
  readonly amount: Money | null;
}

export interface Tax {
  readonly backend: string;
  readonly id: string;
  readonly name: string;
}

export interface ChargeInput {
  readonly customerId: string;
  readonly amount: string;
  readonly description: string;
}

/** One backend. What it does not have is empty. */
export interface Client {
  readonly key: string;
  /** Whether `list` leaves the search to the backend. */
  readonly narrows: boolean;
  /** In any order. */
  readonly customers: (ids: readonly string[]) => Promise<readonly Customer[]>;
  /** All, or, where the backend can search, those with this text in their name. */
  readonly list: (search: string) => Promise<readonly Customer[]>;
  readonly page: (offset: number, first: number) => Promise<readonly Customer[]>;
  /** Of these customers, by their ids. */
  readonly emails?: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly chargesOf: (customerId: string) => Promise<readonly Charge[]>;
  readonly taxesOf: (customerId: string) => Promise<readonly Tax[]>;
  /** The code is the backend's own key against charging twice. */
  readonly createCharge?: (charge: ChargeInput, code: string) => Promise<Charge>;
}

// No cap on the calls in flight: nobody asked for one.
const dispatcher = new Agent();

interface Call {
  readonly method?: "GET" | "POST" | "PUT";
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
