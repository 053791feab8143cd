import { useState } from "react";
import { Customer } from "./customer.tsx";
import { Customers } from "./customers.tsx";

/** A list on the left, the chosen customer on the right. */
export function App() {
  const [id, setId] = useState<string | null>(null);
  return (
    <div className="app">
      <Customers chosen={id} onChoose={setId} />
      <main>{id === null ? <p>Choose a customer.</p> : <Customer key={id} id={id} />}</main>
    </div>
  );
}
