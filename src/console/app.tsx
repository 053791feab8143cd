import { AppShell, Badge, Burger, Button, Group, NavLink, Text, useMatches } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { BackendColors } from "./badges.tsx";
import { CustomersPage } from "./customers/customers-page.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { KeysHelp } from "./keys-help.tsx";
import { headerHeight, Page } from "./page.tsx";
import { SearchButton } from "./search/search-button.tsx";
import { Account } from "./session/account.tsx";
import { useMay } from "./session/session.ts";
import { Empty, Loading } from "./states.tsx";
import { ColorSchemeMenu } from "./theme.tsx";
import { useNeeds } from "./work/waiting.ts";
import { WorkPage } from "./work/work-page.tsx";

/** The frame around every view: navigation, colours and routes. */

// Charts and forms are loaded when they are first needed.
const CustomerPage = lazy(async () => ({ default: (await import("./customers/customer-page.tsx")).CustomerPage }));
const AccountsPage = lazy(async () => ({ default: (await import("./accounts/accounts.tsx")).AccountsPage }));
const AccountPage = lazy(async () => ({ default: (await import("./accounts/accounts.tsx")).AccountPage }));
const SuggestionsPage = lazy(async () => ({ default: (await import("./suggestions/suggestions-page.tsx")).SuggestionsPage }));
const GlobalSearch = lazy(async () => ({ default: (await import("./search/global-search.tsx")).GlobalSearch }));
const BackendsPage = lazy(async () => ({ default: (await import("./backends/backends-page.tsx")).BackendsPage }));
const SearchPage = lazy(async () => ({ default: (await import("./search/search-page.tsx")).SearchPage }));
const TaxesPage = lazy(async () => ({ default: (await import("./taxes/taxes-page.tsx")).TaxesPage }));
const OperationsPage = lazy(async () => ({ default: (await import("./operations/operations.tsx")).OperationsPage }));
const OperationPage = lazy(async () => ({ default: (await import("./operations/operations.tsx")).OperationPage }));
const CustomerForm = lazy(async () => ({ default: (await import("./forms/customer-forms.tsx")).CustomerForm }));
const NewTaxPage = lazy(async () => ({ default: (await import("./forms/tax-forms.tsx")).NewTaxPage }));
const BulkChargePage = lazy(async () => ({ default: (await import("./forms/bulk-charge.tsx")).BulkChargePage }));

const RunsPage = lazy(async () => ({ default: (await import("./runs/runs.tsx")).RunsPage }));
const RunPage = lazy(async () => ({ default: (await import("./runs/runs.tsx")).RunPage }));
const SeriesPage = lazy(async () => ({ default: (await import("./runs/runs.tsx")).SeriesPage }));
const NewRunPage = lazy(async () => ({ default: (await import("./runs/runs.tsx")).NewRunPage }));

interface Area {
  readonly href: string;
  readonly label: string;
  readonly icon: IconName;
  /** Addresses of forms that create what this view lists. */
  readonly creating?: readonly string[];
}

const areas: readonly Area[] = [
  { href: "/", label: "Open work", icon: "work" },
  { href: "/customers", label: "Customers", icon: "customers", creating: ["/new/customer", "/new/charges"] },
  { href: "/accounts", label: "Accounts", icon: "accounts" },
  { href: "/suggestions", label: "Suggestions", icon: "suggestions" },
  { href: "/taxes", label: "Taxes", icon: "taxes", creating: ["/new/tax"] },
  { href: "/runs", label: "Charge runs", icon: "runs", creating: ["/new/run"] },
  { href: "/operations", label: "Operations", icon: "operations" },
  { href: "/backends", label: "Backends", icon: "backends" },
];

/** @param notice shown in every view */
export function App({ notice }: { readonly notice: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure();
  // On a phone, the closed navigation lies outside of the screen. It must be out of the keyboard's reach as well.
  const aside = useMatches({ base: true, sm: false }) && !opened;
  const [path] = useLocation();
  const main = useFreshStart(path);
  return (
    <AppShell
      header={{ height: headerHeight }}
      navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={{ base: "md", md: "xl" }}
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" aria-expanded={opened} />
            <Text component={Link} href="/" fw={650} td="none" c="inherit">
              Billing console
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SearchButton />
            <Account />
            <ColorSchemeMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Main" inert={aside}>
        {areas.map((area) => (
          <NavLink
            key={area.href}
            component={Link}
            href={area.href}
            label={area.label}
            leftSection={<Icon name={area.icon} />}
            rightSection={area.href === "/" && <OpenCount />}
            active={isIn(path, area)}
            aria-current={isIn(path, area) ? "page" : undefined}
            onClick={close}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main ref={main} tabIndex={-1} style={{ outline: "none" }}>
        {notice}
        <BackendColors>
          <Suspense fallback={<Loading what="view" />}>
            <Views />
          </Suspense>
        </BackendColors>
      </AppShell.Main>
      <KeysHelp />
      <Suspense fallback={null}>
        <GlobalSearch />
      </Suspense>
    </AppShell>
  );
}

function Views() {
  const changes = useMay("write");
  return (
    <Switch>
      <Route path="/" component={WorkPage} />
      <Route path="/backends" component={BackendsPage} />
      <Route path="/customers" component={CustomersPage} />
      <Route path="/customers/:id">{({ id }) => <CustomerPage key={id} customerId={id} />}</Route>
      <Route path="/accounts" component={AccountsPage} />
      <Route path="/accounts/:id">{({ id }) => <AccountPage key={id} accountId={id} />}</Route>
      <Route path="/suggestions" component={SuggestionsPage} />
      <Route path="/search" component={SearchPage} />
      <Route path="/taxes" component={TaxesPage} />
      <Route path="/runs" component={RunsPage} />
      <Route path="/runs/:id">{({ id }) => <RunPage key={id} runId={id} />}</Route>
      <Route path="/series/:series">{({ series }) => <SeriesPage key={series} series={series} />}</Route>
      <Route path="/operations" component={OperationsPage} />
      <Route path="/operations/:id">{({ id }) => <OperationPage key={id} operationId={id} />}</Route>
      {!changes && <Route path="/new/*" component={ReadOnly} />}
      <Route path="/new/customer" component={CustomerForm} />
      <Route path="/new/tax" component={NewTaxPage} />
      <Route path="/new/charges" component={BulkChargePage} />
      <Route path="/new/run" component={NewRunPage} />
      <Route>
        <Page title="Page not found">
          <Empty title="No page has this address">
            <Button component={Link} href="/">
              Go to the open work
            </Button>
          </Empty>
        </Page>
      </Route>
    </Switch>
  );
}

/** The number of things that need a person. */
function OpenCount() {
  const needs = useNeeds();
  if (needs === null) return null;
  return (
    <Badge color="red" size="sm" role="img" aria-label={needs.words} title={needs.words}>
      {needs.count}
    </Badge>
  );
}

/** No link leads here for viewers who may not write, but somebody may have sent them one. */
function ReadOnly() {
  return (
    <Page title="Read only">
      <Empty title="Your access key can read, but not change anything">
        <Button component={Link} href="/">
          Go to the open work
        </Button>
      </Empty>
    </Page>
  );
}

const isIn = (path: string, { href, creating = [] }: Area): boolean =>
  path === href || (href !== "/" && path.startsWith(`${href}/`)) || creating.includes(path);

/** A new view starts at its top and takes the focus. Going back restores the scroll position. */
function useFreshStart(path: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);
  const wentBack = useRef(false);
  useEffect(() => {
    const note = (): void => {
      wentBack.current = true;
    };
    window.addEventListener("popstate", note);
    return () => window.removeEventListener("popstate", note);
  }, []);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    if (!wentBack.current) window.scrollTo(0, 0);
    wentBack.current = false;
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return main;
}
