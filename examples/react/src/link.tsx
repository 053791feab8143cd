import { useLinkCustomersMutation, useSearchQuery } from "billing-gateway-client/react";

interface LinkProps {
  readonly customerId: string;
  readonly name: string;
  readonly onLinked: () => void;
}

/** Customers of the same name in other backends: linked, they are one account. */
export function Link({ customerId, name, onLinked }: LinkProps) {
  const { data } = useSearchQuery({ text: name, types: ["CUSTOMER"], first: 10 });
  const { mutate, data: linked, error, isPending } = useLinkCustomersMutation({ onSuccess: onLinked });
  const others = (data?.search.edges ?? []).flatMap(({ node }) =>
    node?.__typename === "Customer" && node.id !== customerId && node.name === name ? [node] : [],
  );
  const account = linked?.linkCustomers.account;
  return (
    <section aria-label="The same customer elsewhere">
      <h2>The same customer elsewhere</h2>
      {others.length === 0 && <p>None found.</p>}
      <ul>
        {others.map(({ id, backend }) => (
          <li key={id}>
            {backend.label}{" "}
            <button type="button" disabled={isPending} onClick={() => mutate({ input: { customerIds: [customerId, id] } })}>
              Link
            </button>
          </li>
        ))}
      </ul>
      {account && <output>Linked: {account.customers.map(({ backend }) => backend.label).join(", ")}.</output>}
      {linked?.linkCustomers.errors.map(({ message }) => (
        <p role="alert" key={message}>
          {message}
        </p>
      ))}
      {error && <p role="alert">{error.message}</p>}
    </section>
  );
}
