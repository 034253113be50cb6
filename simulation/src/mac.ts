/** The server's keyed hash: keyed enough for a world in which nobody forges anything. */
export function mac(text: string): string {
  let out = '';
  for (let lane = 1; lane <= 4; lane += 1) {
    let hash = 0x811c9dc5 ^ lane;
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    out += (hash >>> 0).toString(36).padStart(7, '0');
  }
  return out;
}
