import "@mantine/core/styles.css";
import "@mantine/charts/styles.css";
import "@mantine/spotlight/styles.css";
import "./forced-colors.css";
import "./print.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createGatewayClient } from "../client/index.ts";
import { GatewayProvider, retryDelay } from "../client/react/index.ts";
import { App } from "./app.tsx";
import { attentiveFetch, createFiles, createPatience, createSession, FilesContext } from "./session/session.ts";
import { SessionGate, WaitingNotice } from "./session/session-gate.tsx";
import { ErrorBoundary } from "./states.tsx";
import { cssVariablesResolver, theme } from "./theme.tsx";

const session = createSession(window.sessionStorage);
const patience = createPatience();

const attentive = attentiveFetch(session, patience);
const client = createGatewayClient({ url: "/graphql", headers: session.headers, fetch: attentive });
const files = createFiles(session, attentive);

/** Answers are fresh for half a minute. A form invalidates what its mutation changes. */
const queries = new QueryClient({
  // A person is waiting: retry soon where that may help, then show the failure.
  defaultOptions: { queries: { staleTime: 30_000, retryDelay }, mutations: { retryDelay } },
});
// The next person must not see the cached data of the last one.
session.subscribe(() => session.state().ended !== null && queries.clear());

// A page that was open while the console was rebuilt asks for files that are gone: reload it, once.
window.addEventListener("vite:preloadError", () => {
  const [navigation] = performance.getEntriesByType("navigation");
  if (navigation instanceof PerformanceNavigationTiming && navigation.type !== "reload") window.location.reload();
});

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
        <QueryClientProvider client={queries}>
          <GatewayProvider client={client}>
            <ErrorBoundary>
              <SessionGate session={session}>
                <FilesContext value={files}>
                  <App notice={<WaitingNotice patience={patience} />} />
                </FilesContext>
              </SessionGate>
            </ErrorBoundary>
          </GatewayProvider>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
