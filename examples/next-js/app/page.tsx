import { PEOPLE, signedIn } from '../lib/session';
import { signIn, signOut } from './actions';
import { Room } from './room';

/** Signing in, choosing a room, and the call, by what is known of the reader. */
export default async function Page({ searchParams }: { searchParams: Promise<{ room?: string | string[] }> }) {
  const person = await signedIn();
  const { room } = await searchParams;
  if (person && typeof room === 'string' && room !== '')
    return <Room roomName={room} participantName={person.name} />;
  return <main style={{ padding: 16 }}>{person ? <Rooms name={person.name} /> : <SignIn />}</main>;
}

function SignIn() {
  return (
    <form action={signIn}>
      <h1>Who are you?</h1>
      {PEOPLE.map(({ id, name }) => (
        <button key={id} name="id" value={id} style={{ marginRight: 8 }}>
          {name}
        </button>
      ))}
    </form>
  );
}

function Rooms({ name }: { name: string }) {
  return (
    <>
      <h1>Hello {name}</h1>
      <form>
        <label>
          Room <input name="room" defaultValue="blue" maxLength={128} required />
        </label>{' '}
        <button>Join</button>
      </form>
      <form action={signOut}>
        <button>Sign out</button>
      </form>
    </>
  );
}
