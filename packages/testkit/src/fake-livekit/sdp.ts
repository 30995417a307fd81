/**
 * Which tracks an offer sends: the client's track id by `mid`. Read from the text, because a transceiver that is
 * used a second time keeps the id of its first track.
 */
export function sentTracks(sdp: string): Map<string, string> {
  const tracks = new Map<string, string>();
  for (const section of sdp.split(/^m=/m).slice(1)) {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    const trackId = /^a=msid:\S+ (\S+)/m.exec(section)?.[1];
    if (mid && trackId && /^a=(sendrecv|sendonly)\s*$/m.test(section)) tracks.set(mid, trackId);
  }
  return tracks;
}
