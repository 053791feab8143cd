import "graphiql/setup-workers/vite";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./style.css";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL, type GraphiQLProps } from "graphiql";
import { createRoot } from "react-dom/client";
import { createFetcher } from "./fetcher.ts";
import { withoutHeaders } from "./storage.ts";

const fetcher = createFetcher("/graphql");
const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];
const tabs = JSON.parse(document.getElementById("tabs")?.textContent ?? "") as NonNullable<GraphiQLProps["defaultTabs"]>;

/** A link to a query, ?query=…&variables=…, opens it in a tab of its own. */
function linkedQuery(): { readonly query: string; readonly variables: string } | null {
  const { searchParams } = new URL(window.location.href);
  const query = searchParams.get("query");
  return query === null ? null : { query, variables: searchParams.get("variables") ?? "" };
}

/** Once the browser keeps the link's tab, the address forgets the link: a reload neither loses the tab nor opens it again. */
function forgetLink(keptTabs: string): void {
  if (!link || !keptTabs.includes(JSON.stringify(link.query))) return;
  const address = new URL(window.location.href);
  address.search = "";
  window.history.replaceState(null, "", address);
}

function storage(): Storage {
  try {
    return withoutHeaders(window.localStorage, forgetLink);
  } catch {
    // The browser keeps nothing for pages. With null GraphiQL does without, which its type does not tell.
    return null as unknown as Storage;
  }
}

/** Each view of the sidebar begins at its top, wherever the previous one was scrolled to. */
function scrollToTop(): void {
  requestAnimationFrame(() => document.querySelector(".graphiql-plugin")?.scrollTo(0, 0));
}

const link = linkedQuery();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      storage={storage()}
      // These where nothing is kept yet; what is linked is added to what is kept.
      defaultTabs={link ? [link, ...tabs] : tabs}
      {...(link && { initialQuery: link.query, initialVariables: link.variables })}
      onTogglePluginVisibility={scrollToTop}
      defaultEditorToolsVisibility
      shouldPersistHeaders={false}
      schemaDescription
      inputValueDeprecation
    >
      <GraphiQL.Logo>Billing gateway</GraphiQL.Logo>
    </GraphiQL>,
  );
}
