import type { Operations } from './operation.ts';

const ofCall = ['call.not_found'] as const;
const ofOne = ['call.not_found', 'recording.not_found'] as const;

/** Recordings of a call. */
export const RECORDING_OPERATIONS: Operations = {
  'POST /api/v1/calls/{id}/recordings': {
    summary: 'Ask to record a call',
    description:
      'The host of a session asks, in any other call each of its people may. Asking is the asker’s yes; nothing is recorded before everybody present has said theirs. What is not answered within two minutes is refused.',
    errors: [
      ...ofCall,
      'call.not_yours',
      'call.ended',
      'recording.not_now',
      'recording.goes_on',
      'recording.busy',
      'recording.unavailable',
      'recording.disk_full',
    ],
    status: 201,
  },
  'GET /api/v1/calls/{id}/recordings': {
    summary: 'Recordings of a call',
    description:
      'The newest first, with every answer, and who was not answered yet; for people of the call. `unavailable` says why nothing can be recorded here. Whenever something changes, `recording.changed` comes on `presence-call-{id}`.',
    errors: ofCall,
  },
  'POST /api/v1/calls/{id}/recordings/{rid}/consent': {
    summary: 'Say yes or no to a recording',
    description:
      'A no refuses what was asked and stops what is recorded; where at least two others are left it is held instead, nothing is recorded, and whoever asked chooses (`heldAt`, `mayChoose`). A yes may be taken back by a no. Who comes later is asked too, best before they come in, and is not in the file before their yes.',
    errors: [...ofOne, 'call.not_yours', 'recording.over'],
    body: { yes: true },
  },
  'POST /api/v1/calls/{id}/recordings/{rid}/stop': {
    summary: 'Stop a recording',
    description: 'Anybody of the call. What was recorded until then stays; stopped again it is the same.',
    errors: [...ofOne, 'call.not_yours'],
  },
  'POST /api/v1/calls/{id}/recordings/{rid}/go-on': {
    summary: 'Go on without who said no',
    description:
      'After a no: who asked, or the host, chooses that it goes on once those who said it have left (`refusedBy`), within ten minutes. To end it instead, stop it. Where nobody said no nothing changes.',
    errors: [...ofOne, 'call.not_yours', 'auth.forbidden', 'recording.over'],
  },
  'GET /api/v1/calls/{id}/recordings/{rid}/file': {
    summary: 'The file of a recording',
    description:
      'MP4 (H.264, AAC), for people of the call, once it is over. Takes `Range`: 206 with a part of it, 416 `recording.range`. `part=2` and so on for the files after a break.',
    errors: [...ofOne, 'call.not_yours', 'recording.not_ready', 'recording.range', 'file.store_unavailable'],
  },
  'DELETE /api/v1/calls/{id}/recordings/{rid}': {
    summary: 'Delete a recording',
    description:
      'Who asked for it, the host, or an admin. The files go, one that is being made stops; who deleted it and when stays.',
    errors: [...ofOne, 'auth.forbidden', 'file.store_unavailable'],
  },
};
