import type { NextConfig } from 'next';

const config: NextConfig = {
  // This folder is the whole project, though a lock file lies above it.
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
};

export default config;
