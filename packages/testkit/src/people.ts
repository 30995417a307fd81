/** One of the people that tests and the demo speak of. */
export interface Person {
  /** Signed into LiveKit tokens as the participant's identity. */
  readonly identity: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'client' | 'model' | 'collector' | 'mentor' | 'mentee';
  /** What the person does in a test, in one word. */
  readonly does: 'pays' | 'earns' | 'collects' | 'mentors' | 'learns';
}

function person(name: string, role: Person['role'], does: Person['does']): Person {
  const identity = name.toLowerCase();
  return { identity, name, email: `${identity}@demo.test`, role, does };
}

/** Client: pays. */
export const alice: Person = person('Alice', 'client', 'pays');
/** Model: earns. */
export const bob: Person = person('Bob', 'model', 'earns');
/** Collector: collects. */
export const carol: Person = person('Carol', 'collector', 'collects');
/** Mentor: teaches and earns. */
export const dora: Person = person('Dora', 'mentor', 'mentors');
/** Mentee: learns and pays. */
export const eve: Person = person('Eve', 'mentee', 'learns');
