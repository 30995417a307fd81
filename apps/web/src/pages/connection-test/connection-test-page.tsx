import { CONNECTION_STEPS, type ConnectionStep, type ConnectionStepName } from '@latido/protocol';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api } from '../../app/api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Actions, Page, Stack } from '../../ui/layout.tsx';
import { Cell, Row, Rows } from '../../ui/rows.tsx';
import s from './connection-test.module.css';
import { within } from './local-steps.ts';
import { runTest, type Watcher } from './run-test.ts';
import { verdictOf } from './verdict.ts';

interface Run {
  readonly steps: ReadonlyMap<ConnectionStepName, ConnectionStep>;
  readonly now: ConnectionStepName | null;
  readonly level: number;
  readonly result: readonly ConnectionStep[] | null;
  /** Whether the server has it; null while nobody knows. */
  readonly isKept: boolean | null;
}

const BEFORE: Run = { steps: new Map(), now: null, level: 0, result: null, isKept: null };

/** A server that does not answer is not waited for: the report has it. */
const KEPT_WITHIN_MS = 10_000;

/** One test after the other; what it found is sent to the server, which keeps it with the calls that follow. */
function useTest() {
  const [run, setRun] = useState(BEFORE);
  const goneAway = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    goneAway.current = controller;
    // The camera goes out with the page.
    return () => controller.abort();
  }, []);
  const start = async (): Promise<void> => {
    const { signal } = goneAway.current;
    const change = (more: (old: Run) => Partial<Run>): void => {
      if (!signal.aborted) setRun((old) => ({ ...old, ...more(old) }));
    };
    setRun({ ...BEFORE, now: 'camera' });
    const watcher: Watcher = {
      onBegin: (step) => change(() => ({ now: step })),
      onEnd: (step) => change(({ steps }) => ({ steps: new Map(steps).set(step.step, step), level: 0 })),
      onLevel: (level) => change(() => ({ level })),
    };
    const result = await runTest(watcher, signal);
    if (result === null) return;
    change(() => ({ result, now: null }));
    const sent = api.send('POST', '/api/v1/connection-tests', { steps: result });
    const isKept = await within(sent, KEPT_WITHIN_MS, 'not_reached').then(
      () => true,
      () => false,
    );
    change(() => ({ isKept }));
  };
  return { run, start };
}

/** Camera, microphone, and each way that a call needs, tried before the first call. */
export function ConnectionTestPage(): JSX.Element {
  const t = useTranslations('connection');
  const { run, start } = useTest();
  const isRunning = run.now !== null;
  return (
    <Page narrow title={t('title')} text={t('text')}>
      <Stack>
        <Rows label={t('title')}>
          {CONNECTION_STEPS.map((step) => (
            <StepRow key={step} step={step} run={run} />
          ))}
        </Rows>
        <Outcome run={run} />
        <Actions>
          <Button
            look={run.result ? 'secondary' : 'primary'}
            isPending={isRunning}
            onPress={() => void start()}
            data-testid="start-test"
          >
            {t(isRunning ? 'running' : run.result ? 'again' : 'start')}
          </Button>
          {run.result && (
            <Button onPress={() => download(run.result ?? [])} data-testid="download-report">
              {t('download')}
            </Button>
          )}
        </Actions>
        <Link to="/dashboard/video-test">{t('room')}</Link>
      </Stack>
    </Page>
  );
}

/** What needs a step that failed was not tried, and may well work. */
function stateOf({ passed, code }: ConnectionStep): 'passed' | 'failed' | 'notTried' {
  if (passed) return 'passed';
  return code === 'not_tried' ? 'notTried' : 'failed';
}

function StepRow({ step, run }: { step: ConnectionStepName; run: Run }): JSX.Element {
  const t = useTranslations('connection');
  const result = run.steps.get(step);
  const isNow = run.now === step;
  const state = result ? stateOf(result) : isNow ? 'runs' : 'waits';
  return (
    <Row testId={`step-${step}`}>
      <Cell part="main">
        {t(`steps.${step}`)}
        <span className="small muted">
          {result && (result.code === null ? t(`good.${step}`) : t(`codes.${result.code}`))}
          {isNow && step === 'microphone' && (
            <meter
              className={s['level']}
              min={0}
              max={1}
              value={run.level}
              aria-label={t('steps.microphone')}
            />
          )}
        </span>
      </Cell>
      <Cell part="state">
        <span data-testid={`state-${step}`} data-state={state}>
          <Badge tone={state === 'passed' ? 'alive' : state === 'failed' ? 'warn' : 'plain'}>
            {t(state)}
          </Badge>
        </span>
      </Cell>
    </Row>
  );
}

function Outcome({ run: { result, isKept } }: { run: Run }): JSX.Element {
  const t = useTranslations('connection');
  return (
    <div role="status">
      {result && (
        <p data-testid="verdict" data-verdict={verdictOf(result)}>
          <strong>{t(verdictOf(result))}</strong>
        </p>
      )}
      {isKept !== null && (
        <p className="small muted" data-testid="kept" data-kept={isKept}>
          {t(isKept ? 'kept' : 'notKept')}
        </p>
      )}
    </div>
  );
}

/** A file for whoever helps: what was found, when, with what. */
function download(steps: readonly ConnectionStep[]): void {
  const report = {
    at: new Date().toISOString(),
    verdict: verdictOf(steps),
    steps,
    browser: navigator.userAgent,
  };
  const url = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'latido-connection-test.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
