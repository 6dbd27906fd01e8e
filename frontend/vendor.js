// Copy what browsers need of the installed packages to kg/web/static/vendor/, with each package's licence.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "kg", "web", "static", "vendor");
const wanted = {
  yasgui: ["@zazuko/yasgui/build/yasgui.min.js", "@zazuko/yasgui/build/yasgui.min.css"],
  leaflet: ["leaflet/dist/leaflet.js", "leaflet/dist/leaflet.css", "leaflet/LICENSE"],
  "topojson-client": ["topojson-client/dist/topojson-client.min.js", "topojson-client/LICENSE"],
  "world-atlas": ["world-atlas/countries-110m.json", "world-atlas/countries-50m.json", "world-atlas/LICENSE"],
};

rmSync(target, { recursive: true, force: true });
for (const [folder, files] of Object.entries(wanted)) {
  mkdirSync(join(target, folder), { recursive: true });
  for (const file of files) {
    const source = join(here, "node_modules", file);
    if (!existsSync(source)) continue;
    const copy = join(target, folder, basename(file));
    // Source maps are not shipped, so the pointers to them would only give errors.
    if (/\.(js|css)$/.test(file)) writeFileSync(copy, readFileSync(source, "utf8").replace(/\n?(\/\/|\/\*)# sourceMappingURL=.*/g, ""));
    else cpSync(source, copy);
  }
}
