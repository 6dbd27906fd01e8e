// Maps with Leaflet on the outlines of countries, or on the tiles that the operator named; else nothing from another host.
"use strict";
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const popup = (box, place) => {
    const node = document.createElement("div");
    const title = document.createElement("a");
    title.href = place.page;
    title.textContent = place.name;
    title.className = "title";
    const counts = document.createElement("p");
    counts.textContent = `${box.dataset.events}: ${place.events}` + (place.killed ? ` · ${box.dataset.killed}: ${place.killed}` : "");
    const only = document.createElement("a");
    only.href = place.list;
    only.textContent = box.dataset.more;
    only.className = "only";
    node.append(title, counts, only);
    return node;
  };

  // Outlines that cross the 180th meridian go on beyond it instead of jumping to the other side of the map, and are
  // drawn a second time on that side. A ring around a pole cannot be unrolled; it is left out.
  const unrolled = (ring) => {
    let turn = 0;
    const out = ring.map(([long, lat], i) => {
      if (i && Math.abs(long - ring[i - 1][0]) > 180) turn += long < ring[i - 1][0] ? 360 : -360;
      return [long + turn, lat];
    });
    return turn ? null : out;
  };
  const sides = (polygon) => {
    const rings = polygon.map(unrolled);
    if (rings.some((ring) => ring === null)) return [];
    const crossing = rings[0].some(([long]) => Math.abs(long) > 180);
    const shift = rings[0].some(([long]) => long > 180) ? -360 : 360;
    return crossing ? [rings, rings.map((ring) => ring.map(([long, lat]) => [long + shift, lat]))] : [rings];
  };

  // Work goes on in short pieces, so that the page answers its reader meanwhile.
  const pause = () => (window.scheduler?.yield ? scheduler.yield() : new Promise((done) => setTimeout(done)));
  const PIECE = 1500; // positions; some milliseconds on a phone

  // Outlines in pieces, those in view first. A piece is one shape, which is drawn much faster than one a country.
  const land = async function* (address, view) {
    const atlas = await (await fetch(address)).json();
    await pause();
    const countries = topojson.feature(atlas, atlas.objects.countries);
    await pause();
    const polygons = countries.features.flatMap(({ geometry }) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates)).flatMap(sides);
    const seen = (polygon) => polygon[0].some(([long, lat]) => view.contains([lat, long]));
    const near = polygons.filter(seen);
    for (const part of [near, polygons.filter((polygon) => !near.includes(polygon))]) {
      let piece = [], length = 0;
      for (const polygon of part) {
        piece.push(polygon);
        length += polygon[0].length;
        if (length > PIECE || polygon === part.at(-1)) {
          await pause();
          yield { type: "MultiPolygon", coordinates: piece };
          piece = [];
          length = 0;
        }
      }
    }
  };

  // The part of the map that holds nine tenths of the events, so that a few far away do not make all small.
  const frame = (points) => {
    const sorted = [...points].sort((a, b) => b.properties.events - a.properties.events);
    const all = sorted.reduce((sum, f) => sum + f.properties.events, 0);
    let seen = 0;
    const kept = sorted.length > 20 ? sorted.filter((f) => (seen += f.properties.events) <= 0.8 * all) : sorted;
    return L.latLngBounds(kept.map((f) => [f.geometry.coordinates[1], f.geometry.coordinates[0]]));
  };

  const outlines = (box, map) => {
    map.createPane("land").style.zIndex = 250;
    // Coarse outlines are small and soon there; fine ones come when the reader looks closely.
    const renderer = L.canvas({ pane: "land", padding: 0.2 });
    const style = { color: colour("--map-line"), weight: 0.8, fillColor: colour("--map-land"), fillOpacity: 1 };
    const outline = async (address) => {
      const drawn = L.layerGroup().addTo(map);
      for await (const piece of land(address, map.getBounds().pad(0.5))) L.geoJSON(piece, { pane: "land", renderer, interactive: false, style }).addTo(drawn);
      return drawn;
    };
    outline(box.dataset.atlas).then((coarse) => {
      box.dataset.ready = "1";
      let fine = null;
      const refine = () => {
        if (fine || map.getZoom() < 4.5) return;
        fine = outline(box.dataset.fine).then(() => coarse.remove()).catch(() => {});
      };
      map.on("zoomend", refine);
      map.once("mousemove", refine);
    }).catch(() => {}); // without outlines, as when the reader leaves meanwhile, the dots still stand
  };

  // Tiles that the operator named. Their servers may want to know who asks (Referer), and may be away: outlines then.
  const tiles = (box, map) => {
    const credit = document.createElement("span");
    credit.textContent = box.dataset.attribution;
    const layer = L.tileLayer(box.dataset.tiles, { maxZoom: 18, attribution: credit.innerHTML, referrerPolicy: "strict-origin-when-cross-origin" });
    let loaded = false;
    map.attributionControl.setPrefix(false);
    layer.on("tileload", () => { loaded = true; box.dataset.ready = "1"; });
    layer.once("tileerror", () => { if (!loaded) { layer.remove(); outlines(box, map); } });
    layer.addTo(map);
  };

  const draw = async (box, collection) => {
    const map = L.map(box, { zoomControl: true, attributionControl: Boolean(box.dataset.tiles), minZoom: 1, maxBounds: [[-85, -540], [85, 540]], maxZoom: box.dataset.tiles ? 18 : 10, worldCopyJump: true, zoomSnap: 0.25, scrollWheelZoom: false, fadeAnimation: false, zoomAnimation: false });
    const points = collection.features.filter((feature) => feature.geometry);
    const bounds = frame(points);
    if (bounds.isValid()) map.fitBounds(bounds.pad(0.15), { maxZoom: 5, animate: false });
    else map.setView([20, 10], 1.5);
    const most = Math.max(1, ...points.map((f) => f.properties.events));
    if (box.dataset.tiles) tiles(box, map);
    else outlines(box, map);
    await pause();
    for (const [number, feature] of points.entries()) {
      if (number % 10 === 9) await pause();
      const place = feature.properties, [long, lat] = feature.geometry.coordinates;
      const dot = L.circleMarker([lat, long], { radius: 4 + 11 * Math.sqrt(place.events / most), weight: 1.5, color: colour("--map-ring"), fillColor: colour("--map-dot"), fillOpacity: 0.7 });
      dot.bindPopup(() => popup(box, place)).bindTooltip(place.name).addTo(map);
      const path = dot.getElement();
      if (path) {
        for (const [name, value] of Object.entries({ tabindex: "0", role: "button", "aria-label": `${place.name}: ${place.events}` })) path.setAttribute(name, value);
        path.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); dot.openPopup(); } });
      }
    }
  };

  const start = async (box) => {
    const given = box.dataset.places;
    const collection = given.startsWith("{") ? JSON.parse(given) : await (await fetch(given)).json();
    box.replaceChildren();
    await draw(box, collection);
  };

  const idle = window.requestIdleCallback ?? ((task) => setTimeout(task, 50));
  window.kgMap = draw;
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { watcher.unobserve(entry.target); idle(() => start(entry.target).catch(() => {})); }
  }, { rootMargin: "150px" });
  document.querySelectorAll(".map[data-places]").forEach((box) => watcher.observe(box));
})();
