/**
 * The edition of the fold: counted up by whoever changes what the same facts come to, in `absorb` or in `resolve`. Stays of an
 * earlier one are no forgery, and a rebuild reads them anew (PRES-R55).
 */
export const FOLD_EDITION = 2;
