/** A session as a calendar reads it. Instants are epoch ms. */
export interface CalendarEvent {
  readonly uid: string;
  readonly sequence: number;
  readonly isCancelled: boolean;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly changedAt: number;
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly organizer: { readonly id: string; readonly name: string };
  readonly attendees: readonly { readonly id: string; readonly name: string }[];
}

/** RFC 5545: a line has 75 octets at most, and goes on after a space. */
const LINE_OCTETS_MAX = 75;

/** Writes an iCalendar file (MENTOR-13). Times are UTC, so that no zone has to be described. E-mail addresses are nobody else's. */
export function calendarFile(event: CalendarEvent): string {
  const person = (word: string, { id, name }: CalendarEvent['organizer'], more = ''): string =>
    `${word};CN="${quotable(name)}"${more}:urn:latido:${id}`;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Latido//Sessions//EN',
    'CALSCALE:GREGORIAN',
    `METHOD:${event.isCancelled ? 'CANCEL' : 'REQUEST'}`,
    'BEGIN:VEVENT',
    `UID:${event.uid}`,
    `SEQUENCE:${event.sequence}`,
    `STATUS:${event.isCancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    `DTSTAMP:${utc(event.changedAt)}`,
    `DTSTART:${utc(event.startsAt)}`,
    `DTEND:${utc(event.endsAt)}`,
    `SUMMARY:${text(event.title)}`,
    ...(event.description === '' ? [] : [`DESCRIPTION:${text(event.description)}`]),
    `URL:${event.url}`,
    person('ORGANIZER', event.organizer),
    ...event.attendees.map((each) => person('ATTENDEE', each, ';ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED')),
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function utc(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}

function text(value: string): string {
  return withoutControls(
    value.replaceAll(/[\\;,]/g, String.raw`\$&`).replaceAll(/\r\n|\r|\n/g, String.raw`\n`),
  );
}

function quotable(name: string): string {
  return withoutControls(name).replaceAll('"', "'");
}

function withoutControls(value: string): string {
  return value.replaceAll(/\p{Cc}/gu, ' ');
}

function folded(line: string): string {
  let out = '';
  let octets = 0;
  for (const character of line) {
    const size = octetsOf(character);
    if (octets + size > LINE_OCTETS_MAX) {
      out += '\r\n ';
      octets = 1;
    }
    out += character;
    octets += size;
  }
  return out;
}

function octetsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_00_00 ? 3 : 4;
}
