/** Bars of one server: each figure under the name of what was measured. */
export interface Bars {
  readonly name: string;
  readonly colour: string;
  readonly figures: readonly number[];
}

const [WIDTH, ROW, GAP] = [720, 22, 18];
const AT = { left: 150, right: 640, top: 56 };

/** Groups of bars beside each other, each group on its own scale, as an SVG that reads on light and dark. */
export function barsOf(title: string, groups: readonly string[], servers: readonly Bars[]): string {
  const group = servers.length * ROW + GAP;
  const height = AT.top + groups.length * (group + ROW);
  const drawn = groups.map((what, at) => {
    const top = AT.top + at * (group + ROW);
    const most = Math.max(...servers.map(({ figures }) => figures[at] ?? 0));
    const bars = servers.map(({ name, colour, figures }, n) => {
      const [figure, y] = [figures[at] ?? 0, top + 8 + n * ROW];
      const width = Math.max(1, (figure / most) * (AT.right - AT.left));
      return (
        `<text x="${AT.left - 8}" y="${y + 14}" text-anchor="end">${name}</text>` +
        `<rect x="${AT.left}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 6}" fill="${colour}"/>` +
        `<text x="${(AT.left + width + 6).toFixed(1)}" y="${y + 14}">${figure.toFixed(1)}</text>`
      );
    });
    return `<text x="${AT.left}" y="${top}" font-weight="bold">${what}</text>${bars.join('')}`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="#222">` +
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/><text x="16" y="28" font-size="15">${title}</text>` +
    `${drawn.join('')}</svg>\n`
  );
}
