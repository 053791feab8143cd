import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** GraphiQL's page: built to dist/graphiql, which the gateway serves at /graphql to browsers (src/server/pages.ts). */
export default defineConfig({
  // Where the gateway has the page's files.
  base: "/graphql/graphiql/",
  plugins: [react()],
  build: {
    outDir: "../../dist/graphiql",
    // Vite asks for this when it empties a folder outside of its root.
    emptyOutDir: true,
    // All in one folder, whose name is the end of the address above.
    assetsDir: "",
    sourcemap: false,
    // Fonts and pictures stay files: the page's security policy lets nothing in from data: but images.
    assetsInlineLimit: 0,
    // Monaco, the editor, is one chunk of this size. It is loaded after the page.
    chunkSizeWarningLimit: 4_000,
    // GraphiQL's packages have directives of React's compiler, which has compiled them already.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});
