/** What a browser may do with what this server sends. */

/**
 * The app's own. Its code comes from here and is never made from text; styles are also made by the editor. It connects to
 * anywhere: sending a request straight from the browser is one of the ways. Frames are the one for scripts and previews
 * of responses; a preview that is given as text is bound by this policy too, so it runs nothing and fetches nothing.
 */
const APP_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "font-src 'self' data:",
  'connect-src * data: blob:',
  "worker-src 'self'",
  "frame-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
];

/** For every answer. */
export const SECURITY_HEADERS = {
  'content-security-policy': APP_POLICY.join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * For the frame in which people's scripts run. However it is opened, its origin is opaque, so that nothing of the app or of
 * this server is within its reach; it may evaluate text, and has no network.
 */
const SANDBOX_POLICY = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
];

/** Over those of every answer. */
export const SANDBOX_HEADERS = {
  'content-security-policy': SANDBOX_POLICY.join('; '),
  'x-frame-options': 'SAMEORIGIN',
};
