export { addressesAmong, addressKey, clientAddress } from './addresses.ts';
export { systemClock, type Clock, type TimerHandle } from './clock.ts';
export { ConfigError, acceptedKeys, derivedSecret, loadConfig, type Config } from './config.ts';
export type { Env } from './setting-kinds.ts';
export {
  databaseAnswers,
  looksOn,
  openDatabase,
  type Database,
  type Db,
  type DbOrTx,
  type Tx,
} from './database.ts';
export { AppError, keyWasUsed, messageOf, problem } from './errors.ts';
export { followerCursor, rewindFollowers, startFollowers, type Followers } from './follower.ts';
export { allOrApart, eachApart, isOfTheItem } from './apart.ts';
export type { AfterCommit, LogRow, Stage } from './stage.ts';
export { dropStuck, listStuck, putAside, registerStuckMetric, wantRetry } from './stuck.ts';
export { memoryHints, memoryHub, type Hints } from './hints.ts';
export { openHints, redisHints } from './hints-redis.ts';
export { noteAbsence } from './redis-absence.ts';
export { buildHttp, type App } from './http.ts';
export { isWhole } from './broken-text.ts';
export { isTooDeep } from './too-deep.ts';
export { moneyText } from './money-text.ts';
export { chance, newId, type IdPrefix } from './ids.ts';
export { createLog, silentLog, type Log } from './log.ts';
export { isCsvAsked, sendCsv } from './csv-answer.ts';
export { PdfZone, sendPdf, type PdfColumn, type PdfTable } from './pdf.ts';
export { sendPdfText } from './pdf-text.ts';
export { sendXlsx } from './xlsx-answer.ts';
export { readCursor, writeCursor } from './list-cursor.ts';
export { startLoop, type Job, type Loop } from './loop.ts';
export type { Ground, Module } from './module.ts';
export { migrate, MigrationError } from './migrate.ts';
export { enqueue, OUTBOX_HINT, startOutbox, type Command, type Outbox } from './outbox.ts';
export type { Carrier } from './outbox-places.ts';
export { answerProblem, asAppError, logProblem, problemBody } from './problems.ts';
export { registerDocs } from './docs.ts';
export { OPERATIONS } from './operations.ts';
export { registerHealth, type Health, type HealthSources } from './health.ts';
export { FolderError, makeFolder } from './folder.ts';
export { LockedError, takeLock } from './lock.ts';
export { createMetrics, registerMetrics } from './metrics.ts';
export { keepDemoPassword, keepSecrets, withDevelopmentSecrets } from './secrets.ts';
export { SETTINGS } from './settings.ts';
export { Together } from './together.ts';
export { VERSION } from './version.ts';
export { registerWeb, WEB_DIR } from './web.ts';
export { giveMemoryBackSoon } from './memory.ts';
