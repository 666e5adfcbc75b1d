/// <reference types="vite/client" />
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { defineConfig, type Plugin } from "vite";

/** Writes sw.js, which keeps every built file; its version is a hash of them all. */
function serviceWorker(): Plugin {
  let out = "";
  return {
    name: "service-worker",
    apply: "build",
    configResolved: (config) => {
      out = join(config.root, config.build.outDir);
    },
    closeBundle: () => {
      const files = readdirSync(out, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== "sw.js")
        .map((entry) => relative(out, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
        .sort();
      const hash = createHash("sha256");
      for (const file of files)
        hash
          .update(file)
          .update("\0")
          .update(readFileSync(join(out, file)));
      const template = readFileSync(join(import.meta.dirname, "src/sw.template.js"), "utf8");
      const version = hash.digest("hex").slice(0, 16);
      const urls = files.map((file) => (file === "index.html" ? "./" : `./${file}`));
      writeFileSync(
        join(out, "sw.js"),
        template.replace("__VERSION__", version).replace("__FILES__", JSON.stringify(urls)),
      );
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [serviceWorker()],
  optimizeDeps: { exclude: ["start-points"] },
  server: { fs: { allow: [".."] } },
  build: {
    target: "es2023",
    // A data: URL would not be a script or a font that the CSP allows.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
