/** Bytes as people read them. */
export function sizeOf(bytes: number, language: string): string {
  const [unit, by] = bytes < 1e6 ? (['kilobyte', 1e3] as const) : (['megabyte', 1e6] as const);
  const least = bytes < 1e6 ? Math.max(1, Math.round(bytes / by)) : bytes / by;
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: 1 }).format(least);
}
