// Reads files with N3.js, or with jsonld.js where they end in .jsonld, and prints one line for each: how many quads, and the SHA-256 of their sorted N-Quads.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import jsonld from "jsonld";
import { Parser, Writer } from "n3";

async function quadsOf(file) {
  const text = readFileSync(file, "utf8");
  if (file.endsWith(".jsonld")) {
    const nquads = await jsonld.toRDF(JSON.parse(text), { format: "application/n-quads" });
    return new Parser({ format: "N-Quads" }).parse(nquads);
  }
  return new Parser({ baseIRI: "http://localhost/" }).parse(text);
}

for (const file of process.argv.slice(2)) {
  const quads = await quadsOf(file);
  const writer = new Writer({ format: "N-Quads" });
  const lines = [...new Set(quads.map((q) => writer.quadToString(q.subject, q.predicate, q.object, q.graph).trim()))].sort();
  console.log(`${lines.length} ${createHash("sha256").update(lines.join("\n")).digest("hex")} ${file}`);
}
