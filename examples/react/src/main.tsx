import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createGatewayClient } from "billing-gateway-client";
import { GatewayProvider, retryDelay } from "billing-gateway-client/react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "./style.css";

// With a gateway that asks for credentials: headers: () => ({ authorization: `Bearer ${key}` })
const gateway = createGatewayClient({ url: "/graphql" });
const queries = new QueryClient({ defaultOptions: { queries: { retryDelay }, mutations: { retryDelay } } });

createRoot(document.getElementById("app") as HTMLElement).render(
  <QueryClientProvider client={queries}>
    <GatewayProvider client={gateway}>
      <App />
    </GatewayProvider>
  </QueryClientProvider>,
);
