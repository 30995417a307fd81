/** A file of a made-up tree. */
export const file = (path, text) => ({ path, text });

/** Findings in short: `path:line`. */
export const places = (findings) => findings.map(({ path, line }) => `${path}:${line}`);
