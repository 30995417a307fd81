/** For tests only: reads the file of debtors FILE for BY_ID, and writes it, in a process of its own that can be killed. Says `{id}` first. */
import { createAccess } from '../../access/index.ts';
import { loadConfig, memoryHub, openDatabase, silentLog, systemClock } from '../../platform/index.ts';
import { openImport, runImport } from './run-import.ts';

const { FILE: path = '', BY_ID: byId = '', DATABASE_URL = '' } = process.env;
const config = loadConfig({ DATABASE_URL, LATIDO_AUTH_SECRET: 'r'.repeat(40) });
const database = await openDatabase(config, silentLog);
const { db } = database;
const access = createAccess({ database, config, log: silentLog });
const hints = memoryHub(silentLog).join();
const asked = { kind: 'debtors', fileName: 'clients.csv', isPreview: false, path } as const;
const doing = { byId, at: new Date() };

const id = await openImport(db, asked, doing);
process.send?.({ id });
const { collections: settings } = config;
const deps = { db, access, clock: systemClock, log: silentLog, hints, announce: () => undefined, settings };
await runImport(deps, { ...asked, id }, doing);
process.exit();
