/** A line of the plot: charges a second by how many charges there were before. */
export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [before: number, perSecond: number])[];
}

const [WIDTH, HEIGHT] = [720, 400];
const AT = { left: 80, right: 700, top: 50, bottom: 340 };

/** Lines on two logarithmic axes, as an SVG that reads on light and dark. */
export function plotOf(title: string, lines: readonly Line[]): string {
  const all = lines.flatMap(({ points }) => points);
  const decades = (values: readonly number[]): [number, number] => [
    Math.floor(Math.log10(Math.min(...values))),
    Math.max(Math.ceil(Math.log10(Math.max(...values))), Math.floor(Math.log10(Math.min(...values))) + 1),
  ];
  const [x0, x1] = decades(all.map(([before]) => before));
  const [y0, y1] = decades(all.map(([, perSecond]) => perSecond));
  const x = (value: number): number =>
    AT.left + ((Math.log10(value) - x0) / (x1 - x0)) * (AT.right - AT.left);
  const y = (value: number): number =>
    AT.bottom - ((Math.log10(value) - y0) / (y1 - y0)) * (AT.bottom - AT.top);
  const tens = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, n) => 10 ** (from + n));
  const grid = [
    ...tens(x0, x1).map(
      (value) =>
        `<path d="M${x(value)} ${AT.top}V${AT.bottom}" stroke="#ccc"/>` +
        `<text x="${x(value)}" y="${AT.bottom + 20}" text-anchor="middle">${value.toLocaleString('en')}</text>`,
    ),
    ...tens(y0, y1).map(
      (value) =>
        `<path d="M${AT.left} ${y(value)}H${AT.right}" stroke="#ccc"/>` +
        `<text x="${AT.left - 8}" y="${y(value) + 4}" text-anchor="end">${value.toLocaleString('en')}</text>`,
    ),
  ];
  const drawn = lines.map(({ name, colour, points }, n) => {
    const path = points.map(([before, perSecond]) => `${x(before).toFixed(1)},${y(perSecond).toFixed(1)}`);
    const dots = path.map((point) => {
      const [cx, cy] = point.split(',');
      return `<circle cx="${cx}" cy="${cy}" r="4" fill="${colour}"/>`;
    });
    return (
      `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}` +
      `<text x="${AT.left + n * 200}" y="${HEIGHT - 12}" fill="${colour}">● ${name}</text>`
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#222">` +
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/><text x="${AT.left}" y="28" font-size="15">${title}</text>` +
    `${grid.join('')}${drawn.join('')}` +
    `<text x="${AT.right}" y="${AT.bottom + 36}" text-anchor="end">charges there were before</text></svg>\n`
  );
}
