/** The checks of the house, in the order of how soon they tell. Each counts as one. */
export const CHECKS = [
  { name: 'check:format', args: ['node_modules/oxfmt/bin/oxfmt', '--check'] },
  { name: 'check:tidy', args: ['tools/tidy/main.mjs'] },
  { name: 'check:types', args: ['node_modules/typescript/bin/tsc', '-b', '--force'] },
  // Rules that know types read what `tsc` has built of the other packages.
  { name: 'check:lint', args: ['tools/testrun/lint.mjs'] },
  // Reads what `tsc` has built, too.
  { name: 'check:packages', args: ['tools/packages/main.mjs'] },
  { name: 'check:unused', args: ['node_modules/knip/bin/knip.js'] },
];
