'use server';

import { askLatido } from '../lib/latido';
import { endSession, keepSession, PEOPLE } from '../lib/session';

/** Signs in, and makes the person known to Latido: by our id, new or brought up to date. */
export async function signIn(form: FormData): Promise<void> {
  const person = PEOPLE.find(({ id }) => id === form.get('id'));
  if (!person) throw new Error('There is no such person.');
  const path = `/api/v1/people/by-external-id/${encodeURIComponent(person.id)}`;
  const answer = await askLatido('PUT', path, { name: person.name });
  if (!answer.ok) throw new Error(`Latido did not take ${person.name}: ${answer.status} ${await answer.text()}`);
  await keepSession(person);
}

export async function signOut(): Promise<void> {
  await endSession();
}
