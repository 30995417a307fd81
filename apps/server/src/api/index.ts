export { audit } from './audit.ts';
export { createApi, type ApiDeps } from './create-api.ts';
