// Where an authorization page sends people back to: hands what it said to the window of Waypost that sent them there, which
// knows it by its `state`, and leaves nothing of it in the address. The two windows have no other way to each other.
const text = (location.search === '' ? location.hash : location.search).slice(1);
const state = new URLSearchParams(text).get('state');
history.replaceState(null, '', location.pathname);

const say = (words) => {
  document.querySelector('[role=status]').textContent = words;
};
const unheard = setTimeout(
  () => say('No window of Waypost waits for this any more. Close this one and get a new access token there.'),
  5_000,
);
const channel = new BroadcastChannel('waypost-oauth');
channel.onmessage = ({ data }) => {
  if (state === null || data?.taken !== state) return;
  clearTimeout(unheard);
  say('Done. This window can be closed.');
  window.close();
};
channel.postMessage({ answer: text });
