import type { FastifySchemaCompiler } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { App } from './http.ts';

/** The API's own paths; doors that speak a protocol of others take what those send. */
const OURS = /^\/api\/v1\//;

/**
 * A parameter that is none is refused, by its name: `?form=…` for `?from=…` would answer for a time that nobody asked for.
 * A route of the API that takes no parameters takes none.
 */
export function refuseUnknownQueries(app: App): void {
  app.addHook('onRoute', (route) => {
    if (OURS.test(route.url)) route.schema = { querystring: z.object({}), ...route.schema };
  });
}

/** As zod's own, with queries taken by the letter. */
export const strictQueries: FastifySchemaCompiler<z.ZodType> = (route) => {
  const { schema, httpPart } = route;
  if (httpPart !== 'querystring' || !(schema instanceof z.ZodObject)) return validatorCompiler(route);
  const validate = validatorCompiler({ ...route, schema: schema.strict() });
  return (query: Readonly<Record<string, unknown>>) => validate(fromTheBeginning(query));
};

/** A program that pages sends `cursor=` for the first page: nothing was given to go on from. */
function fromTheBeginning(query: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (query['cursor'] !== '') return query;
  const { cursor: _none, ...others } = query;
  return others;
}
