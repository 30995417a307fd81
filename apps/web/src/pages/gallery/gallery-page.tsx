import { NoAnswer } from '@latido/client';
import { Countdown, LabelsContext } from '@latido/react';
import { AttendanceTimeline, enAttendanceLabels, esAttendanceLabels } from '@latido/react/attendance';
import '@latido/react/attendance.css';
import { useState, type JSX, type ReactNode } from 'react';
import { usePreferences } from '../../app/preferences.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices } from '../../ui/choices.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { IncomingCall, OpenCall } from '../../ui/incoming-calls.tsx';
import { Card, Line, Lines, Page, Stack } from '../../ui/layout.tsx';
import { Coins } from '../../ui/money.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { ToastBox } from '../../ui/toast.tsx';
import { HealthFigures } from '../admin/webhook-health.tsx';
import { LiveCalls } from '../admin/live-calls.tsx';
import lanes from '../attendance/attendance.module.css';
import { Receipt } from '../attendance/receipt.tsx';
import { EndPage } from '../video/end-page.tsx';
import s from './gallery.module.css';
import {
  ATTENDEES,
  beatsUntil,
  ENDED,
  HEALTH,
  LIVE,
  mockCall,
  NOW_AT,
  RECEIPT,
  RECEIPT_EARNED,
  TWO_DEVICES,
} from './mock.ts';
import { Stages, Traces } from './stages.tsx';

const COLOURS = [
  'paper',
  'surface',
  'raised',
  'line',
  'edge',
  'text',
  'muted',
  'pulse',
  'on-pulse',
  'pulse-soft',
  'warn',
  'warn-soft',
  'danger',
  'danger-soft',
];

function Section({ title, children }: { title: string; children: ReactNode }): JSX.Element {
  return (
    <section className={s['section']}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Tokens(): JSX.Element {
  return (
    <Section title="Tokens">
      <div className={s['swatches']}>
        {COLOURS.map((name) => (
          <div key={name} className={s['swatch']}>
            <i style={{ background: `var(--${name})` }} />
            {name}
          </div>
        ))}
      </div>
      <h1>Title of a page, 28</h1>
      <h2>Title of a part, 19</h2>
      <p>
        Text, 15, with a figure in it: <span className="digits">04:12</span>, <Coins of={1} />,{' '}
        <Coins of={240} />. <span className="muted">Muted.</span> <span className="small">Small, 13.</span>
      </p>
    </Section>
  );
}

function Controls(): JSX.Element {
  const [text, setText] = useState('ana@example.com');
  const [role, setRole] = useState('client');
  const [open, setOpen] = useState(false);
  return (
    <Section title="Controls">
      <div className={s['row']}>
        <Button look="primary">Primary</Button>
        <Button>Secondary</Button>
        <Button look="danger">Danger</Button>
        <Button look="quiet">Quiet</Button>
        <Button look="primary" isDisabled>
          Disabled
        </Button>
        <Button onPress={() => setOpen(true)}>Dialog</Button>
      </div>
      <div className={s['two']}>
        <Field label="E-mail" value={text} onChange={setText} hint="The e-mail of their account." />
        <Field
          label="E-mail"
          value="ana"
          onChange={setText}
          error="Write an e-mail address, such as ana@example.com."
        />
        <Select
          label="Camera"
          value="a"
          onChange={() => undefined}
          options={[{ id: 'a', label: 'FaceTime HD' }]}
        />
        <Field label="Link" value="https://latido.test/video?room=x" onChange={() => undefined} isReadOnly />
      </div>
      <Choices
        label="What brings you here?"
        value={role}
        onChange={setRole}
        options={[
          { id: 'client', label: 'I call', text: 'and pay by the minute' },
          { id: 'model', label: 'I am called', text: 'and earn by the minute' },
        ]}
      />
      <div className={s['row']}>
        <Badge tone="alive">together</Badge>
        <Badge tone="warn">reconnecting</Badge>
        <Badge tone="danger">refused</Badge>
        <Badge tone="plain">ended</Badge>
      </div>
      <div className={s['row']}>
        <ToastBox toast={{ text: 'Link copied' }} />
        <ToastBox toast={{ text: 'The server cannot be reached.', tone: 'danger' }} />
      </div>
      <Dialog title="Facts behind this bar" isOpen={open} onClose={() => setOpen(false)}>
        <p>Escape, the cross and the page behind close it.</p>
      </Dialog>
    </Section>
  );
}

function States(): JSX.Element {
  return (
    <Section title="Empty, loading, error">
      <div className={s['two']}>
        <Card>
          <Empty
            title="No calls yet"
            text="Once you have been in a call, it stands here with its time and its cost."
          />
        </Card>
        <Card>
          <Loading />
        </Card>
        <Card>
          <Failure error={new NoAnswer(null)} onRetry={() => undefined} />
        </Card>
        <Card>
          <Lines>
            <Line name="Together">
              <span className="digits">04:12</span>
            </Line>
            <Line name="4 minutes at 10 coins">
              <Coins of={40} />
            </Line>
            <Line name="Balance" strong>
              <Coins of={60} />
            </Line>
          </Lines>
        </Card>
      </div>
    </Section>
  );
}

function Ends(): JSX.Element {
  const me = {
    personId: 'person_alice',
    name: 'Alice',
    email: 'alice@demo.test',
    roles: ['client' as const],
    locale: 'en',
    isGuest: false,
  };
  const call = mockCall(
    {
      status: 'ended',
      endReason: 'lost_connection',
      endedBy: 'system',
      endedAt: new Date(NOW_AT).toISOString(),
    },
    false,
  );
  const partner = call.people[1] ?? null;
  const beats = beatsUntil(NOW_AT - 5_000);
  return (
    <Section title="Ends">
      <div className={s['two']}>
        <EndPage
          me={me}
          end={{ reason: 'lost_connection', by: 'system', lost: 'partner', call, partner }}
          beats={beats}
          onLeave={() => undefined}
          onAgain={() => undefined}
        />
        <EndPage
          me={me}
          end={{ reason: 'hung_up', by: 'me', lost: null, call, partner }}
          beats={beats}
          onLeave={() => undefined}
          onAgain={() => undefined}
        />
      </div>
    </Section>
  );
}

/** Every part in every state, for our own eyes: `?theme=dark&lang=es`. */
export function GalleryPage(): JSX.Element {
  const { labels, locale } = usePreferences();
  return (
    <LabelsContext value={labels}>
      <Page title="Parts" text="Each part in every state. The switches above change theme and language.">
        <Tokens />
        <Controls />
        <States />
        <Section title="Trace and countdown">
          <Traces />
          <div className="lt-sample" style={{ color: 'var(--text)' }}>
            <Countdown untilAt={NOW_AT + 31_000} totalMs={45_000} nowAt={NOW_AT} label="31 s" />
          </div>
        </Section>
        <Section title="Incoming call">
          <IncomingCall
            name="Alice Moreno"
            plan={{ ...RECEIPT_EARNED.plan }}
            onAccept={() => undefined}
            onDecline={() => undefined}
            onDismiss={() => undefined}
          />
          <OpenCall
            call={{ status: 'live' }}
            name="Bruno"
            onReturn={() => undefined}
            onEnd={() => undefined}
          />
        </Section>
        <Section title="Call">
          <Stages />
        </Section>
        <Ends />
        <Section title="Receipts">
          <Receipt call={ENDED} receipt={RECEIPT} />
          <Receipt call={ENDED} receipt={RECEIPT_EARNED} />
        </Section>
        <Section title="Attendance">
          <Card>
            <div className={lanes['timeline']}>
              <AttendanceTimeline
                stays={TWO_DEVICES}
                people={ATTENDEES}
                nowAt={NOW_AT}
                labels={locale === 'es' ? esAttendanceLabels : enAttendanceLabels}
                span={{ fromAt: NOW_AT, toAt: NOW_AT + 45 * 60_000 }}
                onSelect={() => undefined}
                charges={{
                  marks: [10, 20, 32, 41].map((at) => ({ at: NOW_AT + at * 60_000, coins: 10 })),
                  isEarned: false,
                }}
              />
            </div>
          </Card>
        </Section>
        <Section title="Live calls and webhook health">
          <Stack>
            <LiveCalls calls={LIVE} frozenAt={NOW_AT} />
            <HealthFigures health={HEALTH} />
          </Stack>
        </Section>
      </Page>
    </LabelsContext>
  );
}
