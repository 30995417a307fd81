import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Fact, NewFact } from '@latido/core';
import { messageOf } from '../platform/index.ts';

/*
 * What LiveKit says is most of what a log weighs, and most of that it says each time. A payload of its webhooks is deflated
 * against words that both sides have: those that LiveKit uses, and the names that the fact's row has anyway.
 */

/** Shorter ones stay as they are, to be read by SQL. Characters of JSON. */
const WORTH_CHARS = 200;
/**
 * The first byte of what is packed: which words it was packed against. A new edition is read by a version before one writes it: where
 * two versions run side by side the older one puts aside what it cannot read.
 */
const EDITION = 1;
/** Large enough for the words and a usual payload; a larger window takes more memory and time for each. */
const WINDOW = { windowBits: 12, memLevel: 4, chunkSize: 4_096 } as const;

/**
 * The words of edition 1, in LiveKit's own order of fields; the usual ones last, where they are found soonest. What is stored
 * can be read with exactly these: never change a letter, add an edition.
 */
const WORDS = [
  ...['room_finished', 'room_started', 'track_unpublished', 'track_published'].map(
    (name) => `{"event":"${name}",`,
  ),
  '"numParticipants":1,"numPublishers":1,"activeRecording":true,"maxParticipants":2,"metadata":"","attributes":{"',
  '"kind":"AGENT","kind":"SIP","kindDetails":[],"region":"","isPublisher":true,"disconnectReason":"CLIENT_INITIATED",',
  '"disconnectReason":"ROOM_DELETED","disconnectReason":"PARTICIPANT_REMOVED","state":"DISCONNECTED","state":"JOINED",',
  '"hidden":true,"recorder":true,"canUpdateMetadata":true,"canPublishSources":["CAMERA","MICROPHONE"],"tracks":[',
  '"track":{"sid":"TR_","type":"VIDEO","name":"","muted":true,"width":1280,"height":720,"simulcast":true,"disableDtx":true,',
  '"source":"SCREEN_SHARE","source":"CAMERA","layers":[{"quality":"MEDIUM","width":640,"height":360,"bitrate":450000,"ssrc":',
  '"spatialLayer":1,"rid":"q"},{"quality":"HIGH",{"quality":"LOW","mimeType":"video/VP8","mid":"1","codecs":[{"mimeType":"',
  '"stereo":true,"disableRed":true,"encryption":"NONE","stream":"camera","version":{"unixMicro":"17"},"audioFeatures":["TF_',
  '"source":"MICROPHONE","mimeType":"audio/red","mid":"0","codecs":[{"mimeType":"audio/red","mid":"0","cid":"","layers":[]}]',
  '{"event":"participant_left","room":{"sid":"RM_","name":"","emptyTimeout":300,"maxParticipants":2,"creationTime":"17',
  '","enabledCodecs":[{"mime":"audio/opus"},{"mime":"audio/red"},{"mime":"video/VP8"},{"mime":"video/H264"},{"mime":"video/VP9"},',
  '{"mime":"video/AV1"},{"mime":"video/H265"},{"mime":"video/rtx"}],"departureTimeout":20,"creationTimeMs":"17',
  '"},"participant":{"sid":"PA_","identity":"person_","state":"ACTIVE","joinedAt":"17","name":"","version":2,"permission":{',
  '"canSubscribe":true,"canPublish":true,"canPublishData":true},"joinedAtMs":"17"},"id":"EV_","createdAt":"17',
  '{"event":"participant_joined","room":{"sid":"RM_',
].join('');

/** What a fact's row says of it beside the payload. */
export type NamesOfFact = Pick<
  Fact,
  'type' | 'sourceEventId' | 'roomName' | 'roomSid' | 'participantSid' | 'identity' | 'receivedAt'
>;

/** The payload of a fact as base64 of what is stored packed; null where it is stored as it is. */
export function packPayload(fact: NewFact): string | null {
  if (fact.source !== 'webhook') return null;
  const text = JSON.stringify(fact.payload);
  if (text.length < WORTH_CHARS) return null;
  const packed = deflateRawSync(text, { ...WINDOW, level: 9, dictionary: wordsWith(fact) });
  return Buffer.concat([Buffer.of(EDITION), packed]).toString('base64');
}

/**
 * The payload that {@link packPayload} packed.
 *
 * @throws Error naming the fact, when it is of an edition that this version does not know, or no longer what was stored
 */
export function unpackPayload(packed: string, names: NamesOfFact): Record<string, unknown> {
  const stored = Buffer.from(packed, 'base64');
  const edition = stored[0];
  if (edition !== EDITION)
    throw new Error(
      `The payload of ${names.sourceEventId} is packed as edition ${String(edition)}; this version reads ${EDITION}. Start the version that wrote it.`,
    );
  const text = inflateRawSync(stored.subarray(1), { ...WINDOW, dictionary: wordsWith(names) }).toString();
  return JSON.parse(text) as Record<string, unknown>;
}

/** {@link unpackPayload} for whoever shows facts: of one that cannot be unpacked, why. The others of its page are shown all the same. */
export function shownPayload(packed: string, names: NamesOfFact): Record<string, unknown> {
  try {
    return unpackPayload(packed, names);
  } catch (error) {
    return { unreadable: messageOf(error) };
  }
}

function wordsWith(names: NamesOfFact): Buffer {
  const { roomName, roomSid, participantSid, identity, sourceEventId, receivedAt } = names;
  const second = Math.floor(receivedAt / 1000);
  return Buffer.from(
    `${WORDS}"joinedAtMs":"${second}","id":"${sourceEventId}","createdAt":"${second}""sid":"${participantSid ?? ''}",` +
      `"identity":"${identity ?? ''}","sid":"${roomSid ?? ''}","name":"${roomName}",`,
  );
}
