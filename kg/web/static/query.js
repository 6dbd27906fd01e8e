// The query page with YASGUI: our prefixes, completion from the VoID description, results as table, map and chart.
"use strict";
(() => {
  const box = document.getElementById("editor"), plain = document.getElementById("plain");
  if (!box || !window.Yasgui) return;
  const { Yasqe, Yasr } = Yasgui;
  const text = plain.elements.query.value;
  const PREFIXES = { id: box.dataset.base, ckg: "https://w3id.org/conflict-kg/ontology#" };

  // What the data set holds, asked for once, with the first completion.
  let known;
  const vocabulary = () => {
    known ??= (async () => {
      const common = await fetch(box.dataset.completions).then((answer) => answer.json()).catch(() => ({ prefixes: PREFIXES, classes: [], properties: [] }));
      try {
        const answer = await fetch("/.well-known/void", { headers: { Accept: "application/n-triples" } });
        const found = (property) => [...description.matchAll(new RegExp(`<http://rdfs\\.org/ns/void#${property}> <([^>]+)>`, "g"))].map((match) => match[1]);
        const description = answer.ok ? await answer.text() : "";
        return { prefixes: common.prefixes, classes: found("class"), properties: found("property"), ...(found("class").length ? {} : common) };
      } catch {
        return common;
      }
    })();
    return known;
  };
  for (const [name, part] of [["class", "classes"], ["property", "properties"]]) {
    Yasqe.forkAutocompleter(name, { name: `ours-${name}`, bulk: true, persistenceId: null, get: async () => (await vocabulary())[part] }, false);
  }
  Yasqe.forkAutocompleter("prefixes", { name: "ours-prefixes", bulk: true, persistenceId: null, get: async () => Object.entries((await vocabulary()).prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`) }, false);
  Yasqe.defaults.autocompleters = ["variables", "ours-prefixes", "ours-class", "ours-property"];

  const icon = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };
  const bindings = (yasr) => yasr.results?.getBindings() ?? [];
  const numeric = (cell) => cell && cell.type !== "uri" && cell.value !== "" && Number.isFinite(Number(cell.value)) && !/^\d{4}-/.test(cell.value);
  const name = (cell) => (cell.type === "uri" ? decodeURIComponent(cell.value.replace(/.*[/#](?=.)/, "")) : cell.value);
  const label = (row) => { const cells = Object.values(row).filter(Boolean); return name(cells.find((cell) => cell["xml:lang"]) ?? cells.find((cell) => cell.type === "literal" && !numeric(cell) && !/^(POINT|<http)/i.test(cell.value)) ?? cells[0]); };
  const page = (row) => { const cell = Object.values(row).find((c) => c?.type === "uri" && c.value.includes("/id/")); return cell ? "/page/" + cell.value.split("/id/")[1] : "#"; };

  // Rows with a latitude and a longitude, or with a point in WKT, on a map.
  const place = (row) => {
    const wkt = Object.values(row).map((cell) => /POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)/i.exec(cell?.value ?? "")).find(Boolean);
    if (wkt) return [Number(wkt[1]), Number(wkt[2])];
    const key = (pattern) => Object.keys(row).find((n) => pattern.test(n) && numeric(row[n]));
    const lat = key(/^lat/i), long = key(/^(lon|lng)/i);
    return lat && long ? [Number(row[long].value), Number(row[lat].value)] : null;
  };
  class MapPlugin {
    constructor(yasr) { this.yasr = yasr; this.priority = 5; this.label = box.dataset.map; }
    canHandleResults() { return Boolean(window.kgMap) && bindings(this.yasr).some((row) => place(row)); }
    getIcon() { return icon("M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 9.5A2.5 2.5 0 1 1 12 6a2.5 2.5 0 0 1 0 5.5z"); }
    draw() {
      const map = document.createElement("div");
      map.className = "map";
      Object.assign(map.dataset, { atlas: box.dataset.atlas, fine: box.dataset.fine, tiles: box.dataset.tiles, attribution: box.dataset.attribution, more: box.dataset.more, events: box.dataset.rows, killed: "" });
      this.yasr.resultsEl.replaceChildren(map);
      const features = new Map();
      for (const row of bindings(this.yasr)) {
        const at = place(row);
        if (!at) continue;
        const key = at.join(), held = features.get(key);
        if (held) held.properties.events += 1;
        else features.set(key, { geometry: { coordinates: at }, properties: { name: label(row), events: 1, killed: 0, page: page(row), list: page(row) } });
      }
      window.kgMap(map, { features: [...features.values()] });
    }
  }

  // Rows with one number each as bars.
  class ChartPlugin {
    constructor(yasr) { this.yasr = yasr; this.priority = 4; this.label = box.dataset.chart; }
    column() { const rows = bindings(this.yasr); return rows.length ? Object.keys(rows[0]).filter((n) => rows.every((row) => !row[n] || numeric(row[n]))).find((n) => rows.some((row) => row[n])) : undefined; }
    canHandleResults() { return Boolean(this.column()) && Object.keys(bindings(this.yasr)[0]).length > 1; }
    getIcon() { return icon("M4 20V10h4v10zm6 0V4h4v16zm6 0v-7h4v7z"); }
    draw() {
      const column = this.column(), rows = bindings(this.yasr).slice(0, 40), most = Math.max(...rows.map((row) => Math.abs(Number(row[column]?.value ?? 0))), 1);
      const list = document.createElement("dl");
      list.className = "bars";
      list.append(...rows.flatMap((row) => {
        const rest = { ...row };
        delete rest[column];
        const term = document.createElement("dt"), value = document.createElement("dd"), bar = document.createElement("meter");
        term.textContent = Object.values(rest).filter(Boolean).map(name).join(" · ").slice(0, 120);
        bar.max = most;
        bar.value = Math.abs(Number(row[column]?.value ?? 0));
        bar.setAttribute("aria-label", term.textContent);
        value.append(bar, ` ${row[column]?.value ?? ""}`);
        return [term, value];
      }));
      this.yasr.resultsEl.replaceChildren(list);
    }
  }
  Yasr.registerPlugin("map", MapPlugin);
  Yasr.registerPlugin("chart", ChartPlugin);
  // Links in a table of results lead to this server's pages.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".yasr a.iri");
    if (link && link.href.startsWith(box.dataset.base)) { event.preventDefault(); location.assign("/page/" + link.href.slice(box.dataset.base.length)); }
  });

  box.hidden = false;
  const endpoint = new URL(box.dataset.endpoint, location.href).href;
  Yasgui.defaults.requestConfig.endpoint = endpoint;
  const yasgui = new Yasgui(box, {
    autofocus: false, persistenceId: null, populateFromUrl: false, autoAddOnInit: false, copyEndpointOnNewTab: true,
    requestConfig: { endpoint, method: "POST" },
    endpointCatalogueOptions: { getData: () => [] },
    yasqe: { showQueryButton: true, resizeable: true, createShareableLink: (editor) => `${location.origin}/query?query=${encodeURIComponent(editor.getValue())}&run=1` },
    yasr: { pluginOrder: ["table", "map", "chart", "response"], defaultPlugin: "table", prefixes: PREFIXES },
  });
  const tab = yasgui.addTab(true, { name: plain.dataset.title, requestConfig: { endpoint, method: "POST" }, yasr: { settings: { selectedPlugin: "table", pluginsConfig: { table: { compact: true, isEllipsed: true, pageSize: 50 } } } } });
  tab.getYasqe().setValue(text);
  plain.hidden = true;
  document.getElementById("answer").hidden = true;
  // Names for controls that the editor and the table of results leave without one.
  const naming = () => {
    const name = (selector, text) => box.querySelectorAll(`${selector}:not([aria-label])`).forEach((node) => node.setAttribute("aria-label", text));
    name(".CodeMirror textarea", plain.elements.query.labels[0].textContent);
    name(".yasqe_queryButton", plain.dataset.run);
    name("select.tableSizer", plain.dataset.size);
    name("input.tableFilter", plain.dataset.filter);
    box.querySelectorAll('.CodeMirror-scroll[tabindex="-1"]').forEach((node) => node.setAttribute("tabindex", "0"));
    box.querySelectorAll("th:empty, th.dt-orderable-none").forEach((node) => { if (!node.textContent) node.querySelector(".dt-column-header")?.append("n"); });
  };
  naming();
  new MutationObserver(naming).observe(box, { childList: true, subtree: true });
  if (box.dataset.run) tab.getYasqe().query().catch(() => {});
})();
