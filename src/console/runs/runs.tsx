export { NewRunPage } from "./new-run-page.tsx";
export { RunPage } from "./run-page.tsx";
export { RunsPage } from "./runs-page.tsx";
export { SeriesPage } from "./series-page.tsx";
