import type { CallScope } from "../../../adapter/adapter.ts";
import type { BackendConnection } from "../../../connections/http.ts";
import { errorIn, isOwnFailure } from "../errors.ts";
import type { WrittenKind } from "../fields.ts";
import type { Settings } from "../settings.ts";

interface CallRequest<T> {
  /** The route below the base address, "clients/save": POST, like everything in v2 (contract 2.1). */
  readonly route: string;
  readonly members?: Readonly<Record<string, unknown>>;
  /** The entity that is written; absent for reads. */
  readonly writes?: WrittenKind;
  /** Decodes the answer. Throws where it is not understood. */
  readonly read: (json: unknown) => T;
}

export type Call = <T>(request: CallRequest<T>, scope: CallScope) => Promise<T>;

/** Makes calls with the credentials in the JSON body, never in the address (contract 2.2). */
export function createCalls(key: string, { tenant, username, password }: Settings, connection: BackendConnection): Call {
  const secrets = [username, password];
  return ({ route, members, writes, read }, scope) =>
    connection.call(
      {
        function: `POST /${route}`,
        effect: writes === undefined ? "read" : "write",
        method: "POST",
        path: route,
        body: { json: { ...members, CustomerName: tenant, UserName: username, Password: password } },
        isOwnFailure,
        decode: (answer) => {
          const error = errorIn(answer, { backend: key, secrets, entity: writes });
          if (error) throw error;
          // An empty body means the same as the empty object that acknowledges a write.
          return read(answer.empty ? {} : answer.json);
        },
      },
      scope,
    );
}
