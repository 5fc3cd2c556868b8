/** A fact sheet as one HTML file that needs nothing beside it; on paper it is an A4 page. */
import type { FactSheet, SheetTable } from './document.ts';

/** `font`: Inter as WOFF2 in base64, or null where the reader's own sans serif will do. */
export function sheetHtml(sheet: FactSheet, font: string | null): string {
  const standing = sheet.standing
    .map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`)
    .join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(sheet.title)}, fact sheet</title>
<style>${font === null ? '' : fontFace(font)}${STYLE}</style>
</head>
<body>
<main>
<header><div><h1>${escaped(sheet.title)}</h1><p>${escaped(sheet.subtitle)}</p></div><dl>${standing}</dl></header>
${sheet.tables.map(section).join('\n')}
<footer>${sheet.footer.map((line) => `<p>${escaped(line)}</p>`).join('')}</footer>
</main>
</body>
</html>
`;
}

function section(table: SheetTable): string {
  const body = table.rows.length === 0 ? `<p>${escaped(table.none)}</p>` : tableHtml(table);
  return `<section><h2>${escaped(table.title)}</h2>${body}</section>`;
}

function tableHtml({ columns, rows }: SheetTable): string {
  const look = columns.map(({ number, wide }) => (number ? ' class="n"' : wide ? ' class="w"' : ''));
  const head = columns.map(({ name }, index) => `<th scope="col"${look[index] ?? ''}>${escaped(name)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = row.map((cell, index) =>
      index === 0
        ? `<th scope="row"${look[0] ?? ''}>${escaped(cell)}</th>`
        : `<td${look[index] ?? ''}>${escaped(cell)}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="t"><table><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function fontFace(font: string): string {
  return `@font-face{font-family:Inter;font-style:normal;font-weight:100 900;src:url(data:font/woff2;base64,${font}) format("woff2")}`;
}

const STYLE = `
:root{--bg:#fff;--line:#dde1e4;--ink:#14171a;--ink-2:#454c54;--ink-3:#5c646c}
@media screen and (prefers-color-scheme:dark){:root{--bg:#0f1214;--line:#2a3035;--ink:#e9ecee;--ink-2:#aeb6bd;--ink-3:#8f98a0}}
*{box-sizing:border-box}
html{background:var(--bg);color:var(--ink);font:400 13px/1.4 Inter,ui-sans-serif,system-ui,sans-serif;font-variant-numeric:tabular-nums lining-nums}
body,h1,h2,p,dl,dd{margin:0}
main{max-width:1080px;margin:0 auto;padding:24px 20px}
header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:end;gap:8px 32px;padding-bottom:10px;border-bottom:2px solid var(--ink)}
h1{font-size:28px;font-weight:600;letter-spacing:-.02em;line-height:1.15}
header p{color:var(--ink-2);margin-top:4px}
dl{display:flex;flex-wrap:wrap;gap:4px 24px}
dt{font-size:11px;color:var(--ink-3)}
dd{font-weight:500}
section{margin-top:14px;break-inside:avoid}
h2{font-size:13px;font-weight:600;margin-bottom:2px}
section p{color:var(--ink-2)}
.t{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:4px 12px 4px 0;border-bottom:1px solid var(--line);font-weight:400;color:var(--ink-2)}
thead th{font-size:11px;font-weight:500;color:var(--ink-3);vertical-align:bottom}
tbody th{color:var(--ink);font-weight:500}
th,td{white-space:nowrap}
.n{text-align:right}
td.n{color:var(--ink);font-weight:600}
th.w,td.w{white-space:normal;width:50%;min-width:140px}
th:last-child,td:last-child{padding-right:0}
tr{break-inside:avoid}
footer{margin-top:14px;color:var(--ink-3);font-size:11px}
@page{size:A4;margin:9mm 11mm}
@media print{
html{font-size:7.5pt;line-height:1.2}
main{padding:0;max-width:none}
h1{font-size:15pt}
h2{font-size:8pt}
section{margin-top:5pt}
th,td{padding:1.1pt 6pt 1.1pt 0}
dt,thead th,footer{font-size:6.5pt}
footer{margin-top:5pt}
.t{overflow:visible}
}
`;
