export { systemClock, type Clock, type TimerHandle } from './clock.ts';
export { ConfigError, acceptedKeys, derivedSecret, loadConfig, type Config, type Env } from './config.ts';
export { databaseAnswers, openDatabase, type Database, type Db, type DbOrTx, type Tx } from './database.ts';
export { AppError, messageOf, problem } from './errors.ts';
export {
  followerCursor,
  rewindFollowers,
  startFollowers,
  type Followers,
  type LogRow,
  type Stage,
} from './follower.ts';
export { memoryHints, memoryHub, type Hints } from './hints.ts';
export { openHints, redisHints } from './hints-redis.ts';
export { noteAbsence } from './redis-absence.ts';
export { buildHttp, type App } from './http.ts';
export { chance, newId, type IdPrefix } from './ids.ts';
export { createLog, silentLog, type Log } from './log.ts';
export { startLoop, type Loop } from './loop.ts';
export { migrate, MigrationError } from './migrate.ts';
export { enqueue, startOutbox, type Carrier, type Command, type Outbox } from './outbox.ts';
export { answerProblem, asAppError, logProblem, problemBody } from './problems.ts';
export { registerDocs } from './docs.ts';
export { registerHealth, type Health, type HealthSources } from './health.ts';
export { FolderError, makeFolder } from './folder.ts';
export { LockedError, takeLock } from './lock.ts';
export { createMetrics, registerMetrics } from './metrics.ts';
export { keepDemoPassword, keepSecrets, withDevelopmentSecrets } from './secrets.ts';
export { SETTINGS, type Setting } from './settings.ts';
export { VERSION } from './version.ts';
export { registerWeb, WEB_DIR } from './web.ts';
export { giveMemoryBackSoon } from './memory.ts';
