import { useQueryClient } from "@tanstack/react-query";
import { CustomerDocument } from "billing-gateway-client";
import { queryKey, useCustomerQuery } from "billing-gateway-client/react";
import { ChargeForm } from "./charge-form.tsx";
import { Link } from "./link.tsx";
import { Money } from "./money.tsx";

/** One customer with the newest charges, a form for another charge, and the customers of other backends that are the same. */
export function Customer({ id }: { readonly id: string }) {
  const { data, error } = useCustomerQuery({ id, first: 10 });
  const queries = useQueryClient();
  if (!data) return error ? <p role="alert">{error.message}</p> : <p>Loading…</p>;
  const { customer } = data;
  if (!customer) return <p role="alert">This customer does not exist any more.</p>;
  const reload = () => queries.invalidateQueries({ queryKey: queryKey(CustomerDocument) });
  return (
    <>
      <h1>{customer.name}</h1>
      {/* It failed to load again. What is here stays, and so does what somebody is typing. */}
      {error && <p role="alert">{error.message}</p>}
      <p>
        {customer.backend.label}
        {customer.email && `, ${customer.email}`}
        {customer.amountDue && (
          <>
            , owes <Money {...customer.amountDue} />
          </>
        )}
      </p>
      <h2>Charges</h2>
      {customer.charges.unavailable.map(({ message }) => (
        <p role="alert" key={message}>
          {message}
        </p>
      ))}
      <table>
        <tbody>
          {customer.charges.nodes.map((charge) => (
            <tr key={charge.id}>
              <td>{charge.date}</td>
              <td>{charge.name}</td>
              <td className="amount">{charge.amount && <Money {...charge.amount} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ChargeForm customerId={id} backend={customer.backend.key} onCharged={reload} />
      <Link customerId={id} name={customer.name} onLinked={reload} />
    </>
  );
}
