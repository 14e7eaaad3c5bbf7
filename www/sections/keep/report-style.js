// How the report looks, on the screen and on paper: always in light colours. It has no character
// that means something in HTML, so that it can stand in a document as it is.

export const css = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { max-width: 60rem; margin: 0 auto; padding: 3rem 1.5rem; background: #fff; color: #1d1c19; font: 1rem/1.5 Helvetica, Arial, sans-serif; }
h1, h2 { font-family: Palatino, Georgia, serif; font-weight: 500; line-height: 1.2; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 2.25rem; }
h2 { margin: 0 0 0.5rem; font-size: 1.5rem; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 0.9375rem; }
p { margin: 0.25rem 0 0.75rem; }
header p, .note, figcaption, footer { color: #625f57; }
.note, footer, figcaption { font-size: 0.8125rem; }
section { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid #e3dfd4; }
figure { margin: 1rem 0; }
svg { display: block; width: 100%; height: auto; }
table { display: block; max-width: 100%; overflow-x: auto; border-collapse: collapse; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 1rem 0.25rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid #e3dfd4; }
th { font-weight: 400; }
thead th { color: #625f57; }
td { white-space: nowrap; }
tbody th { max-width: 16rem; overflow-wrap: anywhere; }
.settings tr.unusual { font-weight: 600; }
.settings tr.unusual th { font-weight: 600; }
.mark { padding: 0.0625rem 0.5rem; border: 1px solid #0b6b63; border-radius: 1rem; background: #e4efec; color: #0b6b63; font-size: 0.75rem; font-weight: 600; }
code { overflow-wrap: anywhere; font-size: 0.875em; }
.strips figure { margin: 0 0 0.75rem; }
.strips img { display: block; width: 100%; max-width: 34rem; height: auto; image-rendering: pixelated; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid #e3dfd4; }
@page { margin: 16mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  section { margin-top: 1.5rem; padding-top: 1rem; }
  .run { break-before: page; }
  figure, tr, .strips { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  table { display: table; overflow: visible; }
  td { white-space: normal; }
  th, td { padding-right: 0.5rem; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
