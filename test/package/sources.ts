import { shown } from "../docs/executed.ts";

/** Source files of the project: small ones that use every entry of the package. */

/** The example of docs/clients/README.md: a typed query, for a gateway at this origin. It prints the names that it finds. */
export function typedQueryFile(origin: string): string {
  return shown("a typed query")[0]?.text.replace("http://127.0.0.1:4000", origin) ?? "";
}

/** A list with a hook. \`field\` is what it shows of each customer. */
export function pageFile(field: string): string {
  return `
import { useInfiniteCustomersQuery } from "billing-gateway-client/react";

export function CustomerList() {
  const { data } = useInfiniteCustomersQuery({ first: 20 });
  return <ul>{data?.pages.flatMap(({ customers }) => customers.nodes).map((customer) => <li key={customer.id}>{customer.${field}}</li>)}</ul>;
}
`;
}

/** A file that imports the client and one document, for a browser. */
export const browserFile = `
import { createGatewayClient, CustomersDocument } from "billing-gateway-client";

export const customers = () => createGatewayClient({ url: "/graphql" }).request(CustomersDocument, { first: 20 });
`;

/**
 * As strict as Vite's and other templates for new projects, and in one point stricter: the package's own declarations are checked
 * too.
 */
export const compilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  jsx: "react-jsx",
  target: "es2022",
  lib: ["es2023", "dom"],
  types: [],
  skipLibCheck: false,
};
