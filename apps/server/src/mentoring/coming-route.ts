import { comingCsv, comingPrint, comingTable } from '@latido/core';
import { z } from 'zod';
import { answerInForm, Form } from '../attendance/index.ts';
import type { App } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { comingOf } from './came.ts';
import { sessionFor } from './may.ts';
import type { MentoringDeps } from './ports.ts';

const params = z.object({ id: z.string().max(64) });
const schema = { tags: ['mentoring'], params, querystring: Form };
const config = { rateLimit: { max: 240, timeWindow: '1 minute' } };
/** How wide the columns of a printed page are, beside each other. */
const SHARES = [4, 3, 3.4, 3.4, 2, 2, 2, 2, 2, 2, 2.1];

/** How people came to a session that is over, in every form; a mentee is given their own line (MENTOR-23). */
export function comingRoute(app: App, { access, db, clock, caughtUp }: MentoringDeps): void {
  app.get('/api/v1/bookings/:id/attendance', { schema, config }, async (request, reply) => {
    const reader = await access.require(request);
    const { booking, seats, role } = await sessionFor(db, request.params.id, reader);
    if (booking.status !== 'COMPLETED' && booking.status !== 'NO_SHOW')
      throw problem('booking.not_over', 'How people came is said once the session is over.');
    await caughtUp();
    const all = await comingOf(db, booking, seats);
    const lines = role === 'mentee' ? all.filter(({ personId }) => personId === reader.personId) : all;
    const now = clock.now();
    const { locale } = reader;
    return await answerInForm(
      { request, reply },
      {
        name: `session-${booking.id}`,
        locale,
        now,
        items: () => lines,
        csv: (options) => comingCsv(lines, options),
        table: () => comingTable(lines),
        print: (timeZone) => comingPrint(lines, { name: booking.title, locale, timeZone, madeAt: now }),
        shares: SHARES,
      },
    );
  });
}
