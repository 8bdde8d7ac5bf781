// What stands in a message: amounts, dates and numbers that are read as one, and addresses that may be followed.

// What is read as one and must not be broken: €1,284.55 and HUF 128,455; 128 455 Ft and 1 284,55 EUR; 2 March 2026;
// 2026. március 2-án; numbers of documents and customers such as CL-2026-0117.
const WHOLE = [
  /-?(?:\b[A-Z]{3} |[€$£])\d[\d,]*(?:\.\d+)?/,
  /(?<![\w.,])-?(?:\d{1,3}(?: \d{3})*|\d+)(?:,\d+)? (?:Ft|[A-Z]{3}|€)(?![a-zA-Z])/,
  /\b\d{1,2} [A-Z][a-z]{2,8} \d{4}\b/,
  /\b\d{4}\. (?:\d{2}|[a-záéíóöőúüű]{5,10})\.? \d{1,2}\b\.?(?:-[a-záéíóöőúüű]+)?/,
  /\b[A-Z]{1,6}(?:[-/][A-Z0-9]{1,12}){1,3}\b/,
].map((pattern) => pattern.source).join("|");
const ADDRESS = /https?:\/\/[^\s<>"']+/.source;

export function safeAddress(text) {
  const address = URL.canParse(text, location.origin) ? new URL(text, location.origin) : null;
  return address && ["https:", "http:"].includes(address.protocol) ? address : null;
}

function isOurDocument(address) {
  return address?.host === location.host && !address.username && address.pathname.startsWith("/documents/");
}

// Yields the text in pieces: plain ones, those not to be broken over two lines (isWhole), and addresses to follow.
export function* piecesOf(text, withLinks) {
  let from = 0;
  for (const match of text.matchAll(new RegExp(withLinks ? `${ADDRESS}|${WHOLE}` : WHOLE, "g"))) {
    const piece = match[0].replace(/^(http.*?)[.,;:!?)]+$/, "$1");
    const address = piece.startsWith("http") ? safeAddress(piece) : undefined;
    if (address !== undefined && !isOurDocument(address)) continue;
    yield { piece: text.slice(from, match.index) };
    yield { piece, address, isWhole: true };
    from = match.index + piece.length;
  }
  yield { piece: text.slice(from) };
}
