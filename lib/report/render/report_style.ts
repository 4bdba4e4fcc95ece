import { FONT_FAMILIES } from "../../figures/font.ts";

/** The look of a report: light or dark as the reader's system is, and on paper. */
export const STYLE = `
:root {
  --ink: #222; --soft: #5a5a5a; --line: #d9d9d9; --page: #fff; --band: #f6f6f6;
  --warn-ink: #6b3d00; --warn: #fff4e0; --link: #0059a3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e6e6; --soft: #a8a8a8; --line: #444; --page: #181818; --band: #222;
    --warn-ink: #ffd9a0; --warn: #3a2a10; --link: #7cc0ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 24px; max-width: 1280px; background: var(--page); color: var(--ink);
  font: 15px/1.5 ${FONT_FAMILIES};
}
h1 { margin: 0; font-size: 28px; }
h2 { margin: 40px 0 8px; font-size: 20px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; }
a { color: var(--link); }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
th { border-bottom-width: 2px; vertical-align: bottom; }
tbody tr:nth-child(even) { background: var(--band); }
.short { white-space: nowrap; }
.long { overflow-wrap: anywhere; }
.left { text-align: left; }
.right { text-align: right; white-space: nowrap; }
th.right { white-space: normal; }
.caption { margin: 6px 0 18px; max-width: 80ch; color: var(--soft); font-size: 13px; }
.warning {
  padding: 8px 12px; border-left: 4px solid #d98200; background: var(--warn); color: var(--warn-ink);
}
pre {
  padding: 10px 12px; background: var(--band); white-space: pre-wrap; overflow-wrap: anywhere;
}
figure { margin: 0 0 20px; padding: 4px; background: #fff; border: 1px solid var(--line); }
figure img { width: 100%; }
@media print {
  :root {
    --ink: #000; --soft: #333; --line: #bbb; --page: #fff; --band: #fff; --warn: #fff;
    --warn-ink: #000;
  }
  @page { size: A4 landscape; margin: 12mm; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .modebar { display: none; }
  h2 { break-after: avoid; }
  tr, figure { break-inside: avoid; }
  .table { overflow: visible; }
  table { font-size: 7.5pt; }
  th, td { padding: 2px 5px; }
}
`;
