// Find the sections that hold every word of the query, those with it in their heading first.
// Text is put on the page as text, never as HTML: a query cannot bring a script along.
const query = new URLSearchParams(location.search).get("q") ?? "";
const words = query.toLowerCase().split(/\s+/).filter(Boolean);
document.querySelectorAll("input[name=q]").forEach((box) => { box.value = query; });

const hits = (text) => words.filter((word) => text.toLowerCase().includes(word)).length;
const found = SECTIONS
  .map(([address, heading, text]) => ({ address, heading, text, rank: hits(heading) }))
  .filter(({ heading, text }) => words.length && hits(`${heading} ${text}`) === words.length)
  .sort((one, other) => other.rank - one.rank);

function excerpt(text) {
  const places = words.map((word) => text.toLowerCase().indexOf(word)).filter((at) => at >= 0);
  const start = Math.max(0, Math.min(...places, text.length) - 60);
  return `${start ? "… " : ""}${text.slice(start, start + 200)}${text.length > start + 200 ? " …" : ""}`;
}

// Lower case can be longer than its capital (İ), so marks are found in the text as it stands.
function marked(text) {
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return text.split(new RegExp(`(${escaped.join("|")})`, "i")).map((piece, i) => {
    const node = document.createElement(i % 2 ? "mark" : "span");
    node.textContent = piece;
    return node;
  });
}

const list = document.getElementById("found");
for (const { address, heading, text } of found.slice(0, 50)) {
  const item = document.createElement("li"), link = document.createElement("a");
  link.href = address;
  link.append(...marked(heading));
  item.append(link, document.createElement("br"), ...marked(excerpt(text)));
  list.append(item);
}
document.getElementById("count").textContent = words.length
  ? `${found.length === 1 ? "1 place" : `${found.length} places`} with “${query}”`
    + (found.length > 50 ? "; the first 50 are shown." : ".")
  : "Write a word in the box above.";
