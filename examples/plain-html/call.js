import { connectRealtime, createApi, LatidoError, NoAnswer, reportPresence } from '@latido/client';
import { Room, RoomEvent, Track } from 'livekit-client';

const $ = (selector) => document.querySelector(selector);
const baseUrl = $('meta[name="latido"]').content;
/** Set only when it changes: it is read out to who does not see it. */
const say = (text) => {
  if ($('#word').textContent !== text) $('#word').textContent = text;
};

$('#door').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { email, password, room, kind } = Object.fromEntries(new FormData(event.target));
  const button = $('#door button');
  button.disabled = true;
  try {
    say('Signing in …');
    const { token } = await createApi({ baseUrl }).signIn(email, password);
    // The page stands on another origin than Latido, so it says who asks by a bearer and not by a cookie.
    const api = createApi({ baseUrl, token });
    const me = await api.me();
    const answer = await (kind === 'paid' ? api.tokenSecure : api.token)({ roomName: room });
    await join({ api, me, token, answer });
  } catch (error) {
    say(wordsOf(error));
  } finally {
    button.disabled = false;
  }
});

/** What a page may show. Never livekit-client's own text: of a refused token it contains the token. */
function wordsOf(error) {
  if (error instanceof LatidoError) return error.message;
  if (error instanceof NoAnswer)
    return `Latido does not answer at ${baseUrl}: is it there, and does its LATIDO_ORIGINS name ${location.origin}?`;
  return 'The media server could not be reached.';
}

async function join({ api, me, token, answer }) {
  const { callId } = answer;
  // The room is left when the page goes (below), after Latido has been told, and not when the browser asks whether to close.
  const room = new Room({ adaptiveStream: true, dynacast: true, disconnectOnPageLeave: false });
  showTracks(room);
  // Before connecting: the first beat says that we are on our way.
  const presence = reportPresence(room, answer.presence);
  const follower = callId ? followCall({ api, me, token, callId, onEnd: (state) => leave(endOf(state, me)) }) : null;
  const goodbye = () => void room.disconnect();
  addEventListener('pagehide', goodbye);

  let over = false;
  const leave = (words) => {
    if (over) return;
    over = true;
    removeEventListener('pagehide', goodbye);
    presence.close();
    follower?.stop();
    void room.disconnect();
    $('#call').hidden = true;
    $('#door').hidden = false;
    $('#meter').textContent = '';
    $('#note').textContent = '';
    say(words);
  };
  $('#hang-up').onclick = async () => {
    say('Hanging up …');
    const said = presence.bye();
    if (!callId) return void said.then(() => leave('You have left.'));
    // The sum comes by the same way as when the other one hangs up: with the state of a call that has ended.
    await api.endCall(callId).then(follower.ask, (error) => leave(wordsOf(error)));
  };
  // LiveKit let us go. Whether the call has ended, and why, is for Latido to say; if it goes on, one joins again.
  room.on(RoomEvent.Disconnected, async () => {
    await follower?.ask();
    leave('You are no longer in the room. Join again to go on.');
  });

  try {
    await room.connect(answer.wsUrl, answer.token);
  } catch (error) {
    leave(wordsOf(error));
    return;
  }
  $('#door').hidden = true;
  $('#call').hidden = false;
  say('Waiting for the other one …');
  // A call without camera or microphone is a call, too.
  await room.localParticipant
    .enableCameraAndMicrophone()
    .catch(() => ($('#note').textContent = 'The browser gives no camera or microphone; the others are seen all the same.'));
}

/** Both pictures, and the other one's sound. */
function showTracks(room) {
  room
    .on(RoomEvent.LocalTrackPublished, ({ track }) => {
      if (track?.kind === Track.Kind.Video) track.attach($('#own'));
    })
    .on(RoomEvent.TrackSubscribed, (track) => {
      if (track.kind === Track.Kind.Video) track.attach($('#partner'));
      else document.body.append(track.attach());
      say('');
    })
    .on(RoomEvent.TrackUnsubscribed, (track) => {
      for (const element of track.detach()) if (element.id !== 'partner') element.remove();
    });
}

/**
 * Follows the call by the server's word alone, over the live connection: the page counts nothing, it only carries the meter on
 * between two words. What was said before the connection stood is asked for.
 */
function followCall({ api, me, token, callId, onEnd }) {
  let state = null;
  let clockOffsetMs = 0;
  const take = (next) => {
    // An answer that was under way longer never replaces a newer word.
    if (state && next.serverAt < state.serverAt) return;
    state = next;
    clockOffsetMs = Date.parse(next.serverAt) - Date.now();
    if (next.status === 'ended') onEnd(next);
    else show();
  };
  const show = () => {
    if (!state) return;
    const now = Date.now() + clockOffsetMs;
    $('#meter').textContent = meterOf(state, now);
    const partner = state.people.find(({ personId }) => personId !== me.personId);
    if (partner) say(partnerOf(state, partner, clockOffsetMs));
  };
  const ask = () => api.call(callId).then(take, () => undefined);

  const realtime = connectRealtime({
    url: baseUrl,
    personId: me.personId,
    auth: () => ({ authorization: `Bearer ${token}` }),
    // What a page returns from here is acknowledged; this one has nothing to show of notices.
    onNotice: () => undefined,
  });
  realtime.subscribe(`private-call-${callId}`, (event, next) => event === 'call.state' && take(next));
  realtime.opened(ask);
  const ticking = setInterval(show, 250);
  // Beneath the events, for where no socket can be had.
  const asking = setInterval(() => void ask(), 5_000);
  void ask();
  return {
    ask,
    stop() {
      clearInterval(ticking);
      clearInterval(asking);
      realtime.close();
    },
  };
}

/** Time together, what it came to, and the price; to who earns their share. */
function meterOf({ meter, status, billableMs }, now) {
  if (!meter) return clock(billableMs);
  const since = meter.running ? Math.max(0, now - Date.parse(meter.asOfAt)) : 0;
  const sum = meter.earned === null ? `${meter.coins} coins spent` : `${meter.earned} coins earned`;
  const left = meter.available === null ? '' : ` · ${meter.available} left`;
  // Before the two have met there is nothing that could rest.
  const rests = meter.running || status === 'waiting' ? '' : ' · the meter rests';
  return `${clock(meter.billableMs + since)} · ${sum}${left}${rests}`;
}

function partnerOf({ graceUntil }, { name, state }, clockOffsetMs) {
  if (state === 'absent') return 'Waiting for the other one …';
  if (state === 'present' || state === 'suspected') return `${name} is here.`;
  if (!graceUntil) return `${name} has gone.`;
  const until = new Date(Date.parse(graceUntil) - clockOffsetMs).toLocaleTimeString();
  return `${name} is not reached, and has until ${until} to come back. The meter rests.`;
}

function endOf({ endReason, endedBy, coins, meter, people }, me) {
  const who = endedBy === me.personId ? 'you' : (people.find((one) => one.personId === endedBy)?.name ?? 'Latido');
  const sum = meter && meter.earned !== null ? `${coins} coins earned` : `${coins} coins spent`;
  return `The call has ended (${endReason}, by ${who}): ${sum}.`;
}

function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
